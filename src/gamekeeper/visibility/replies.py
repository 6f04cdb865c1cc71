"""The seven questions that an organisation should be able to answer about its logs, answered first."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from gamekeeper.model.breaks import Standing
from gamekeeper.model.visibility import Outcome, Reply
from gamekeeper.visibility.roles import DOMAIN_CONTROLLER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gamekeeper.model.visibility import CheckResult, Coverage, Opened
    from gamekeeper.visibility.checks.look import Look

_RANK = {one: at for at, one in enumerate(Outcome)}


def replies(
    look: Look,
    checks: Sequence[CheckResult],
    chains: Sequence[Coverage],
    changes: Sequence[Opened],
) -> tuple[Reply, ...]:
    """Return the seven answers in their order."""
    by_id = {one.id: one for one in checks}
    return (
        _command_lines(look, by_id),
        _told("Do we have PowerShell scripts in full?", by_id, "LR-05"),
        _how_far(look, by_id),
        _told(
            "Are VPN and firewall logins here, with their sources? Access logs of exposed portals?",
            by_id,
            "LR-26",
            "LR-28",
        ),
        _told("Is there any flow record between office and plant?", by_id, "LR-29"),
        _wholeness(look, by_id),
        _chains(chains, changes),
    )


def _told(question: str, by_id: Mapping[str, CheckResult], *names: str) -> Reply:
    found = [by_id[name] for name in names]
    outcome = min((one.outcome for one in found), key=_RANK.__getitem__)
    return Reply(question, " ".join(one.text for one in found), outcome)


def _wholeness(look: Look, by_id: Mapping[str, CheckResult]) -> Reply:
    reply = _told("Any hole, reset or clear?", by_id, "LR-10", "LR-11", "LR-12")
    found = Counter(one.standing for one in look.integrity.breaks) if look.integrity else Counter()
    grave = found[Standing.PROVED] + found[Standing.LIKELY]
    if not grave:
        return reply
    text = f"Covered tracks: {found[Standing.PROVED]:,} breaks proved, {found[Standing.LIKELY]:,} likely."
    return Reply(reply.question, f"{text} {reply.answer}", Outcome.FAIL)


def _command_lines(look: Look, by_id: Mapping[str, CheckResult]) -> Reply:
    asked = look.spoke()
    share = look.seen_share(look.log_terms["process_line"])
    good = asked & (share >= 0.5)
    part = good.sum() / max(asked.sum(), 1)
    text = f"Yes, on {good.sum():,} of {asked.sum():,} hosts ({part:.0%})." if good.any() else "No."
    failing = look.host_names(asked & ~good)
    if failing:
        text += f" Not on {look.named(failing)}."
    outcome = by_id["LR-01"].outcome if not good.any() else by_id["LR-02"].outcome
    return Reply("Can we see command lines of processes? On which share of hosts?", text, outcome)


def _how_far(look: Look, by_id: Mapping[str, CheckResult]) -> Reply:
    question = "How many days back does each domain controller go? Is its Application log here?"
    mask = look.hosts_of.get(DOMAIN_CONTROLLER, np.zeros(len(look.scope.hosts), bool))
    controllers = look.host_names(mask & look.spoke())
    if not controllers:
        return Reply(question, "No domain controller is among these logs.", Outcome.CANNOT_TELL)
    parts = []
    for host in controllers[:5]:
        kept = [one for one in look.retention if one.host == host]
        logs = ", ".join(f"{_short(one.channel)} {one.days:g}" for one in kept)
        parts.append(f"{look.names.get(host, host)}: {logs or 'none of the logs that matter'}")
    check = by_id["LR-13"]
    outcome = min((by_id["LR-08"].outcome, check.outcome), key=_RANK.__getitem__)
    return Reply(question, "Days by log: " + "; ".join(parts) + f". {check.text}", outcome)


def _short(channel: str) -> str:
    if channel.startswith("microsoft-windows-"):
        return channel.removeprefix("microsoft-windows-").partition("/")[0]
    return channel.capitalize()


def _chains(chains: Sequence[Coverage], changes: Sequence[Opened]) -> Reply:
    seen = [one.id for one in chains if one.host_days[2] and not sum(one.host_days[:2])]
    some = [one.id for one in chains if one.host_days[2] and sum(one.host_days[:2])]
    blind = [one.id for one in chains if sum(one.host_days) and not one.host_days[2]]
    out = [one.id for one in chains if not sum(one.host_days)]
    words = [
        ("Seen on all hosts and days", seen),
        ("on some", some),
        ("nowhere in full", blind),
        ("outside of these logs", out),
    ]
    text = "; ".join(f"{what}: {', '.join(names)}" for what, names in words if names)
    if changes:
        first = changes[0]
        text += f". Cheapest change that opens most: {first.change.text}"
    outcome = Outcome.FAIL if blind and not (seen or some) else Outcome.WARN
    if seen and not (some or blind):
        outcome = Outcome.PASS
    question = "Which chains can be seen, which cannot, and what one change would open most?"
    return Reply(question, text + ".", outcome)
