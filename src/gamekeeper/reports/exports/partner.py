"""Incidents for a partner outside: ways of working, and nothing that a log says.

Only words of our own and of rules, chains and ATT&CK stand here, times as distances from the first step,
hosts and accounts as letters and numbers of one incident. What is left out: headline, texts, command
lines, records, actions and claims, all of which may name somebody. Titles of rules that the organisation
wrote itself are shown; who puts names into them shares them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.incidents import advice
from gamekeeper.incidents.behaviours import book
from gamekeeper.incidents.columns import iso_time
from gamekeeper.incidents.telling import is_system, listed
from gamekeeper.model.incidents import SignalKind
from gamekeeper.reports.answer import number
from gamekeeper.reports.exports.papers import Chapter, Grid, Section
from gamekeeper.reports.exports.stix_parts import technique_name, technique_of
from gamekeeper.reports.tactics import title
from gamekeeper.rules.attack import Attack, in_v18

if TYPE_CHECKING:
    from gamekeeper.model.incidents import Incident, Step
    from gamekeeper.reports.exports.base import Kept

_STEPS: Final = 100
_PHRASES: Final = 5


def chapter(kept: Kept) -> Chapter:
    """Return what may be told of one incident."""
    one = kept.incident
    phrases = [behaviour.phrase for behaviour, _ in advice.shown_by(one.steps, book())]
    done = listed(phrases, _PHRASES) or "did what rules speak of"
    day = (iso_time(one.first_seen) or "unknown")[:10]
    hosts = number(len(one.hosts), "host")
    people = number(sum(not is_system(name) for name in one.accounts), "account")
    about = (
        f"An intruder, or somebody whose work looks like one, {done}.",
        f"It began on {day}; {hosts} and {people} took part.",
        f"That it is an intrusion is {one.confidence.word}.",
    )
    tactics = tuple(map(title, in_v18(Attack(one.tactics, ())).tactics))
    numbers = sorted({technique_of(step) for step in _signals(one)} - {""})
    return Chapter(
        f"Incident {one.id[:8]}",
        one.severity,
        (
            Section(sentences=about),
            Section("Tactics in order", points=tactics),
            Section("Techniques", points=tuple(f"{n} {technique_name(n)}" for n in numbers)),
            Section("Order of signals", grid=_order(one)),
        ),
    )


def _signals(one: Incident) -> list[Step]:
    steps = [step for step in one.steps if step.kind is not SignalKind.CONTEXT]
    chosen = {id(step) for step in sorted(steps, key=lambda step: -step.bits)[:_STEPS]}
    return [step for step in steps if id(step) in chosen]


def _order(one: Incident) -> Grid:
    hosts = {name: _letter(at) for at, name in enumerate(dict.fromkeys(s.host for s in one.steps))}
    accounts = {
        name: f"account {at}"
        for at, name in enumerate(dict.fromkeys(s.account for s in one.steps), 1)
    }
    rows = tuple(
        (
            _since(one.first_seen, step.time),
            hosts[step.host] if step.host else "",
            accounts[step.account] if step.account else "",
            technique_of(step),
            str(step.kind),
            step.said[0].title if step.said else "",
        )
        for step in _signals(one)
    )
    return Grid(("after", "where", "who", "technique", "kind", "noticed as"), rows)


def _letter(at: int) -> str:
    """Return a name for a host.

    >>> _letter(0), _letter(27)
    ('host A', 'host B1')
    """
    round_, place = divmod(at, 26)
    return f"host {chr(ord('A') + place)}{round_ or ''}"


def _since(first: int | None, time: int | None) -> str:
    """Return how long after the first step something was.

    >>> _since(0, 93_784 * 10_000_000), _since(0, 5 * 10_000_000)
    ('1 d 02:03:04', '00:00:05')
    """
    if first is None or time is None:
        return "unknown"
    days, seconds = divmod(max(0, time - first) // 10_000_000, 86_400)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{days} d {clock}" if days else clock
