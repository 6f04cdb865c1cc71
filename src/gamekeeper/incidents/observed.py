"""Observations as cells: each chain, check and baseline stands beside the rules as if it were one.

So observations take the same way as matches: what is common here loses weight, and the traces of the events
that they cite tie them to processes, sessions, accounts and hosts. What has no place in a log stands at
``NOWHERE``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gamekeeper.incidents.cells import DAY, Cell, Exemplar
from gamekeeper.incidents.grouping import Group, short_name
from gamekeeper.model.findings import RuleAccount

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gamekeeper.incidents.parameters import Parameters
    from gamekeeper.incidents.records import RuleLike
    from gamekeeper.model.observations import Observation

#: Source and offset of what no record shows.
NOWHERE: Final = -1
#: Events of one observation that link it to others.
EVENTS: Final = 64


@dataclass(frozen=True, slots=True)
class Spoken:
    """All that speaks in a run: cells, and the groups and rules that they point into."""

    cells: Sequence[Cell]
    groups: Sequence[Group]
    rules: Sequence[RuleLike]


def with_observations(
    spoken: Spoken, observations: Iterable[Observation], parameters: Parameters
) -> Spoken:
    """Return the same with a cell for each observation, in an order of their own."""
    cells, groups, rules = list(spoken.cells), list(spoken.groups), list(spoken.rules)
    known = {(one.source, one.offset): one.fingerprint for cell in cells for one in cell.exemplars}
    places: dict[tuple[object, ...], int] = {}
    for one in sorted(set(observations), key=_order):
        key = (one.kind, one.by, one.title, one.techniques, one.tactic, one.level)
        if key not in places:
            places[key] = len(rules)
            rules.append(_as_rule(one, parameters))
        host = short_name(one.host)
        groups.append(Group(one.fingerprint.hex(), places[key], host, one.account, one.shape))
        cells.append(_cell(one, len(groups) - 1, known))
    return Spoken(cells, groups, rules)


def _order(one: Observation) -> tuple[object, ...]:
    first, last = times(one)
    return (
        -1 if first is None else first,
        -1 if last is None else last,
        one.kind,
        one.by,
        one.host,
        one.account,
        one.shape,
        one.fingerprint,
        one.text,
        repr(one),
    )


def times(one: Observation) -> tuple[int | None, int | None]:
    """Return first and last time of an observation: as it says, else as its events do."""
    known = [event.filetime for event in one.events if event.filetime is not None]
    first = one.first if one.first is not None else min(known, default=one.last)
    last = one.last if one.last is not None else max(known, default=first)
    return first, last


def _as_rule(one: Observation, parameters: Parameters) -> RuleAccount:
    tactic = one.tactic or next(
        (found for name in one.techniques if (found := parameters.tactic_of(name))), ""
    )
    tags = [f"attack.{tactic}"] if tactic else []
    tags += [f"attack.{technique.lower()}" for technique in one.techniques]
    return RuleAccount(one.by, one.title, one.level, "matched", tags=tuple(tags))


def _cell(one: Observation, group: int, known: Mapping[tuple[int, int], bytes]) -> Cell:
    first, last = times(one)
    events = sorted(one.events, key=lambda event: (event.filetime or -1, event.fingerprint))
    found: dict[bytes, Exemplar] = {}
    for event in events[:EVENTS]:
        name = event.fingerprint or known.get((event.source, event.offset), one.fingerprint)
        place = Exemplar(event.source, event.offset, name, event.filetime, event.text)
        found.setdefault(name, place)
    nowhere = Exemplar(NOWHERE, NOWHERE, one.fingerprint, last, "")
    return Cell(
        group=group,
        day=-1 if first is None else first // DAY,
        count=1,
        hours=1,
        first=first,
        last=last,
        exemplars=list(found.values()) or [nowhere],
        observation=one,
    )
