"""Observations as cells: each chain, check and baseline stands beside the rules as if it were one.

So observations take the same way as matches: what is common here loses weight, and the traces of the events
that they cite tie them to processes, sessions, accounts and hosts. What has no place in a log stands at
``NOWHERE``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.incidents.cells import DAY, CellRows
from gamekeeper.incidents.exemplars import NOWHERE, ExemplarRows, joined_rows
from gamekeeper.incidents.grouping import Group, short_name
from gamekeeper.incidents.started import event_keys
from gamekeeper.model.findings import RuleAccount
from gamekeeper.questions.searches import first_equal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gamekeeper.incidents.parameters import Parameters
    from gamekeeper.incidents.records import RuleLike
    from gamekeeper.model.observations import Observation
    from gamekeeper.questions.searches import Rows

#: Events of one observation that link it to others.
EVENTS: Final = 64
#: An event as an observation cites it: source, offset, fingerprint, time or None, what it is.
_Event = tuple[int, int, bytes, int | None, str]


@dataclass(frozen=True, slots=True)
class Spoken:
    """All that speaks in a run: cells and their events, and the groups and rules that cells point into.

    The last cells are those of ``observations``, in their order.
    """

    cells: CellRows
    events: ExemplarRows
    groups: Sequence[Group]
    rules: Sequence[RuleLike]
    observations: Sequence[Observation] = ()

    def observation(self, cell: int) -> Observation | None:
        """Return the observation that a cell is, None for matches."""
        at = cell - self.matched
        return self.observations[at] if at >= 0 else None

    @property
    def matched(self) -> int:
        """How many cells are of matches."""
        return len(self.cells) - len(self.observations)


def with_observations(
    spoken: Spoken, observations: Iterable[Observation], parameters: Parameters
) -> Spoken:
    """Return the same with a cell for each observation, in an order of their own."""
    ordered = sorted(set(observations), key=_order)
    groups, rules = list(spoken.groups), list(spoken.rules)
    places: dict[tuple[object, ...], int] = {}
    for one in ordered:
        key = (one.kind, one.by, one.title, one.techniques, one.tactic, one.level)
        if key not in places:
            places[key] = len(rules)
            rules.append(_as_rule(one, parameters))
        host = short_name(one.host)
        groups.append(Group(one.fingerprint.hex(), places[key], host, one.account, one.shape))
    cells = spoken.cells.with_rows(_cells(ordered, len(spoken.groups)))
    events = joined_rows(spoken.events, _events(ordered, spoken))
    return Spoken(cells, events, groups, rules, ordered)


def cited_by(observations: Iterable[Observation]) -> Rows:
    """Return the keys of all events that some observations cite, in order."""
    events = [event for one in observations for event in one.events]
    sources, offsets = ([getattr(one, name) for one in events] for name in ("source", "offset"))
    return np.unique(event_keys(np.array(sources, np.int64), np.array(offsets, np.int64)))


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


def _cells(observations: Sequence[Observation], group: int) -> CellRows:
    """Return a cell for each; their groups are numbered from ``group``."""
    spans = [times(one) for one in observations]
    firsts = np.array([-1 if first is None else first for first, _ in spans], np.int64)
    lasts = np.array([-1 if last is None else last for _, last in spans], np.int64)
    count = len(observations)
    return CellRows(
        groups=np.arange(group, group + count, dtype=np.int32),
        days=np.where(firsts < 0, -1, firsts // DAY).astype(np.int32),
        counts=np.ones(count, np.int64),
        hours=np.ones(count, np.int32),
        firsts=firsts,
        lasts=lasts,
    )


def _events(observations: Sequence[Observation], spoken: Spoken) -> ExemplarRows:
    """Return the events that observations cite, none twice for one of them."""
    known = _known(observations, spoken.events)
    cells: list[int] = []
    rows: list[_Event] = []
    for at, one in enumerate(observations):
        found = list(_cited(one, known))
        rows += found
        cells += [len(spoken.cells) + at] * len(found)
    halves = np.frombuffer(b"".join(row[2].ljust(16, b"\0") for row in rows), ">u8")
    return ExemplarRows(
        cells=np.array(cells, np.int32),
        sources=np.array([row[0] for row in rows], np.int32),
        offsets=np.array([row[1] for row in rows], np.int64),
        filetimes=np.array([-1 if row[3] is None else row[3] for row in rows], np.int64),
        highs=halves[0::2].astype(np.uint64),
        lows=halves[1::2].astype(np.uint64),
        tokens=np.full(len(rows), -1, np.int32),
        texts=tuple(row[4] for row in rows),
    )


def _cited(one: Observation, known: dict[tuple[int, int], bytes]) -> Iterator[_Event]:
    events = sorted(one.events, key=lambda event: (event.filetime or -1, event.fingerprint))
    found: dict[bytes, _Event] = {}
    for event in events[:EVENTS]:
        place = event.source, event.offset
        name = event.fingerprint or known.get(place, one.fingerprint)
        found.setdefault(name, (*place, name, event.filetime, event.text))
    nowhere = (NOWHERE, NOWHERE, one.fingerprint, times(one)[1], "")
    yield from found.values() or [nowhere]


def _known(
    observations: Sequence[Observation], events: ExemplarRows
) -> dict[tuple[int, int], bytes]:
    """Return the fingerprints of matches at places that are all that observations know of an event."""
    places = [
        (event.source, event.offset)
        for one in observations
        for event in one.events
        if not event.fingerprint
    ]
    table = np.array(places, np.int64).reshape(-1, 2)
    at = first_equal(
        event_keys(events.sources, events.offsets), event_keys(table[:, 0], table[:, 1])
    )
    return {
        place: events.fingerprint(row)
        for place, row in zip(places, at.tolist(), strict=True)
        if row >= 0
    }
