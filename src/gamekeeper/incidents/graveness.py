"""How severe an incident is at least for what it shows, however little else was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.incidents.advice import heaviest

if TYPE_CHECKING:
    from gamekeeper.incidents.advice import Shown
    from gamekeeper.incidents.parameters import Floors


def floors(shown: Shown, given: Floors) -> list[str]:
    """Return the least severities that the behaviours of an incident ask for; none for most.

    A copy of the directory is all secrets of the domain, and a score that counts signals does not know that.
    """
    heavy = [(one, steps) for one, steps in shown if heaviest(steps) >= given.bits]
    grave = {
        one.name: next((step.tactic for step in steps if step.tactic), one.name)
        for one, steps in heavy
        if one.weight >= given.grave
    }
    all_secrets = {one.name for one, _ in heavy if one.is_all}
    of_secrets = {grave[name] for name in all_secrets if name in grave}
    found = []
    if all_secrets:
        has_another = bool(set(grave.values()) - of_secrets)
        found.append(given.with_another if has_another else given.all_secrets)
    if len(set(grave.values())) >= given.together:
        found.append(given.several)
    return found
