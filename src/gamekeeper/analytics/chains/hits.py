"""Windows of a chain to hits: windows of one group that lie close together are one, with its evidence.

The rows of a hit are read once more for its evidence: all that lies with it in a stretch as long as the chain
may last. Windows are as short as they can be, so this is where optional steps come in, and other ways to tell
the same. Of each step a few events are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import groupby
from typing import TYPE_CHECKING, Final, cast

import orjson

from gamekeeper.analytics.chains.schema import Fact, values_of
from gamekeeper.analytics.chains.stored import event_from
from gamekeeper.analytics.chains.walk import living
from gamekeeper.engine.correlation.windows import TICKS
from gamekeeper.model.chains import ChainEvent, ChainHit, ChainStep

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gamekeeper.analytics.chains.ir import Chain, Step
    from gamekeeper.analytics.chains.plan import BoundBody
    from gamekeeper.analytics.chains.schema import Row
    from gamekeeper.analytics.chains.walk import Window
    from gamekeeper.engine.correlation.row_file import Event, RowFile

#: Events of a step that are kept beside those that complete the chain, and other records of one act.
_KEPT: Final = 4
_WITNESSES: Final = 8
#: Logs of fewer days say little of what is new, where a chain does not say how many it takes.
_COLD_S: Final = 14 * 86_400
_HALF_A_DAY: Final = 43_200 * TICKS
_LATEST: Final = 1 << 63


@dataclass(slots=True)
class Episode:
    """Windows of one group no farther from each other than the chain may last."""

    first: Window
    last: Window
    windows: int = 1


def episodes(windows: Iterable[Window], ticks: int) -> Iterator[Episode]:
    """Yield windows gathered; they come in the order of their ends, and so of their beginnings."""
    open_: Episode | None = None
    for window in windows:
        if open_ is not None and _goes_on(open_, window, ticks):
            open_.last = window
            open_.windows += 1
            continue
        if open_ is not None:
            yield open_
        open_ = Episode(window, window)
    if open_ is not None:
        yield open_


def _goes_on(episode: Episode, window: Window, ticks: int) -> bool:
    last = episode.last.last
    return last.key == window.first.key and window.first.time - last.time <= ticks


@dataclass(slots=True)
class _Seen:
    """What is kept of one step while the rows of a hit go by."""

    count: int = 0
    first: int | None = None
    last: int | None = None
    picked: list[ChainEvent] = field(default_factory=list)
    others: list[ChainEvent] = field(default_factory=list)
    further: list[ChainEvent] = field(default_factory=list)  # of kinds that others do not show
    latest: list[ChainEvent] = field(default_factory=list)
    kinds: set[tuple[object, ...]] = field(default_factory=set)
    known_for: int | None = None  # the least of all
    hosts: set[str] = field(default_factory=set)  # of all events, kept or not
    accounts: set[str] = field(default_factory=set)


class HitMaker:
    """Makes the hits of one chain from its windows and its rows."""

    def __init__(self, chain: Chain, bound: BoundBody, file: RowFile) -> None:
        self._chain = chain
        self._bound = bound
        self._file = file
        self._ticks = bound.body.within_s * TICKS

    def hits(self, windows: Iterable[Window]) -> Iterator[ChainHit]:
        """Yield the hits in the order of their groups."""
        behind = _Behind(living(self._bound.body, self._file))
        for episode in episodes(windows, self._ticks):
            first, last = episode.first.first, episode.last.last
            row = behind.row(first, min(first.time, last.time - self._ticks))
            yield self._hit(episode, row, max(last.time, first.time + self._ticks))

    def _hit(self, episode: Episode, row: int, until: int) -> ChainHit:
        first, last = episode.first.first, episode.last.last.time
        seen: dict[int, _Seen] = {}
        end = -1  # of what is no habit
        picks = {fact.row for facts in episode.first.picks.values() for fact in facts}
        for records in self._acts(row, first.key, until):
            role = min(cast("int", record["role"]) for _, record in records)
            step, at = self._bound.body.steps[role], records[0][0]
            if step.is_absent:
                continue
            events = events_of(self._bound, step.name, [record for _, record in records])
            _add(seen.setdefault(role, _Seen()), at in picks, events, records[0][1])
            end = max(end, max(_times(events, last=last), default=-1))
        steps = tuple(
            _step(step, seen.get(role))
            for role, step in enumerate(self._bound.body.steps)
            if not step.is_absent
        )
        return self._made(episode, steps, seen, end if end >= 0 else last)

    def _made(
        self, episode: Episode, steps: tuple[ChainStep, ...], seen: dict[int, _Seen], end: int
    ) -> ChainHit:
        first = episode.first.first
        names = self._bound.body.join
        values = (first.values[self._bound.place(name)] or "" for name in names)
        events = [event for step in steps for event in step.events]
        digest = blake2b(self._chain.id.encode(), digest_size=12)
        for part in (first.key, *(e.fingerprint.encode() for e in events[:1])):
            digest.update(part)
        digest.update(first.time.to_bytes(8, "big", signed=True))
        return ChainHit(
            id=digest.hexdigest(),
            chain=self._chain.id,
            name=self._chain.name,
            level=self._chain.level,
            attack=self._chain.attack,
            joined=tuple(zip(names, values, strict=True)),
            hosts=tuple(sorted({host for one in seen.values() for host in one.hosts})),
            accounts=tuple(sorted({name for one in seen.values() for name in one.accounts})),
            first_seen=_begun(events, first.time),
            last_seen=end,
            windows=episode.windows,
            steps=steps,
            notes=_notes(self._bound, seen),
        )

    def _acts(self, row: int, key: bytes, until: int) -> Iterator[list[tuple[int, Row]]]:
        """Yield the records of each act of a group from a row on, up to a time."""
        for _, records in groupby(
            self._records(row), key=lambda item: (item[1]["key"], item[1]["fingerprint"])
        ):
            act = list(records)
            if act[0][1]["key"] != key or cast("int", act[0][1]["filetime"]) > until:
                return
            yield act

    def _records(self, row: int) -> Iterator[tuple[int, Row]]:
        for batch in self._file.slices(row, self._file.rows):
            for record in batch.to_pylist():
                yield row, record
                row += 1


class _Behind:
    """Finds the first row of a fact's group from a time on, among its events; asked in their order."""

    def __init__(self, events: Iterator[Event]) -> None:
        self._events = events
        self._now: Event | None = None

    def row(self, first: Fact, since: int) -> int:
        """Return the row."""
        now = self._now or next(self._events)
        while now.row < first.row and (now.key != first.key or now.time < since):
            now = next(self._events)
        self._now = now
        return now.row


def _add(seen: _Seen, is_pick: bool, events: list[ChainEvent], record: Row) -> None:
    time = cast("int", record["filetime"])
    seen.count += 1
    seen.first = time if seen.first is None else seen.first
    seen.last = time
    seen.hosts |= {event.host for event in events if event.host}
    seen.accounts |= {event.user for event in events if event.user}
    if record["known_for"] is not None:
        known_for = cast("int", record["known_for"])
        seen.known_for = known_for if seen.known_for is None else min(seen.known_for, known_for)
    if is_pick:
        seen.picked += events
    elif len(seen.others) < _KEPT:
        seen.others += events
    elif len(seen.further) < _KEPT and not {*map(_kind, events)} <= seen.kinds:
        seen.further += events
    else:
        seen.latest = events
        return
    seen.kinds.update(map(_kind, events))


def _kind(event: ChainEvent) -> tuple[object, ...]:
    """Return what events have in common of which one tells as much as many."""
    return event.step, event.host, event.user, event.channel, event.event_code, event.fields


def _step(step: Step, seen: _Seen | None) -> ChainStep:
    if seen is None:
        return ChainStep(step.name, step.text, is_optional=step.is_optional)
    kept = [*seen.picked, *seen.others, *seen.further, *seen.latest]
    return ChainStep(
        name=step.name,
        text=step.text,
        count=seen.count,
        first_seen=seen.first,
        last_seen=seen.last,
        is_optional=step.is_optional,
        events=tuple(sorted(kept, key=lambda e: (e.filetime, e.source, e.offset))),
    )


def _begun(events: list[ChainEvent], first: int) -> int:
    """Return when the story began, in or after the first window: habits were there before."""
    return min(_times(events, first=first), default=first)


def _times(events: Iterable[ChainEvent], first: int = 0, last: int = _LATEST) -> Iterator[int]:
    """Yield the times of events between two moments, habits left aside."""
    return (one.filetime for one in events if not one.is_habit and first <= one.filetime <= last)


def _notes(bound: BoundBody, seen: dict[int, _Seen]) -> tuple[str, ...]:
    """Say how far back the logs go for what was never seen before."""
    notes = []
    for role, step in enumerate(bound.body.steps):
        least = seen[role].known_for if role in seen else None
        if step.first_ever is None or least is None:
            continue
        days = f"{least / (86_400 * TICKS):.1f} days" if least >= _HALF_A_DAY else "less than a day"
        new, known = " and ".join(step.first_ever.new), " and ".join(step.first_ever.known)
        of = f" of this {known}" if known else ""
        what = "it happened" if new == known else f"this {new} was seen"
        cold = (step.first_ever.history_s or _COLD_S) * TICKS
        notes.append(
            f"{step.name}: {what} for the first time in {days} of logs{of}"
            + ("; that is a cold start and says little" if least < cold else "")
        )
    absent = [step.name for step in bound.body.steps if step.is_absent]
    notes += [f"{name}: nothing of the kind was seen in between" for name in absent]
    return tuple(notes)


def events_of(bound: BoundBody, step: str, records: list[Row]) -> list[ChainEvent]:
    """Return the event that the records of one act stand for, or those inside the window of a part."""
    if records[0]["inner"] is None:
        return [_event(bound, step, records)]
    inner = map(event_from, orjson.loads(str(records[0]["inner"])))
    is_habit = bound.body.step(step).is_habit
    return [
        replace(event, step=f"{step}.{event.step}", is_habit=is_habit or event.is_habit)
        for event in inner
    ]


def _event(bound: BoundBody, step: str, records: list[Row]) -> ChainEvent:
    """Return what the first record of an act says."""
    row = records[0]
    values = values_of(str(row["values"]))
    fields = orjson.loads(str(row["fields"])) if row["fields"] else {}
    joined = zip(bound.wanted, values, strict=True)
    others = [f"{other['source']}:{other['offset']}" for other in records[1 : _WITNESSES + 1]]
    return ChainEvent(
        step=step,
        source=cast("int", row["source"]),
        offset=cast("int", row["offset"]),
        record_id=cast("int | None", row["record_id"]),
        event_record_id=cast("int | None", row["event_record_id"]),
        filetime=cast("int", row["filetime"]),
        host=str(row["host"] or ""),
        user=str(row["user"] or ""),
        channel=str(row["channel"] or ""),
        event_code=cast("int | None", row["event_code"]),
        fingerprint=cast("bytes", row["shown"]).hex(),
        joined=tuple((name, value) for name, value in joined if value is not None),
        fields=tuple((str(name), _text(value)) for name, value in fields.items()),
        witnesses=tuple(others),
        is_habit=bound.body.step(step).is_habit,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
