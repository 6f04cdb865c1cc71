"""Matches of steps to rows: what a worker leaves on disk for the walk."""

from __future__ import annotations

import re
from collections import Counter
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

import numpy as np
import orjson
import pyarrow as pa

from gamekeeper.analytics.chains.schema import STEP_SCHEMA
from gamekeeper.engine.correlation.fields import Texts
from gamekeeper.engine.correlation.schema import CARRIED, group_key
from gamekeeper.engine.evidence import origins
from gamekeeper.engine.presence import fields_of
from gamekeeper.model.ecs import ecs_columns
from gamekeeper.model.ecs.forms import FORMS
from gamekeeper.model.ecs.mapping import names as ecs_names
from gamekeeper.model.events import EventBatch
from gamekeeper.model.folding import fold
from gamekeeper.rules.ir import predicates

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from gamekeeper.analytics.chains.ir import Reading
    from gamekeeper.analytics.chains.plan import BoundBody, BoundStep, ChainPlan
    from gamekeeper.engine.base import Matches
    from gamekeeper.rules.plan import Plan

#: (body, what it lacked) -> events of its steps that it cannot take.
Left = Counter[tuple[int, str]]
Values = tuple[str | None, ...]

#: Events that tell of a new process: one act may stand in both logs.
_NEW_PROCESS: Final = {"windows.sysmon": 1, "windows.security": 4688}
_ACT: Final = ("host.name", "process.pid", "process.executable")
#: Characters of an entity's value, and of one field of an event, that travel with it.
_VALUE: Final = 1_000
_FIELD: Final = 1_000
#: Where events without names for their fields keep what keywords look for.
_WHOLE: Final = {"data": "Data", "message": "Message"}


class StepGatherer:
    """Turns the matches of a batch into rows; ``bound`` is the plan whose last rules are those of steps.

    Bodies that no log can satisfy get rows only where ``all_bodies`` is set: their other steps may come from
    elsewhere.
    """

    def __init__(self, plan: ChainPlan, bound: Plan, *, all_bodies: bool = False) -> None:
        self._plan = plan
        self._first = len(bound.rules.rules) - len(plan.rules)
        self._shown = _Shown(bound, self._first)
        unread = () if all_bodies else bound.unroutable
        unroutable = {number - self._first for number in unread}
        useful = plan.useful(unroutable)
        self._is_useful = np.array([step.body in useful for step in plan.steps], np.bool_)
        self._body = np.array([step.body for step in plan.steps], np.int32)
        self._role = np.array([step.role for step in plan.steps], np.int32)

    def gather(self, batch: EventBatch, matches: Matches, left: Left) -> pa.RecordBatch | None:
        """Return the rows of a batch's matches; what a body cannot take is counted in ``left``."""
        mine = self._mine(matches)
        if not mine.any():
            return None
        steps, rows = matches.rule[mine] - self._first, matches.row[mine]
        order = np.lexsort((steps, self._role[steps], self._body[steps], rows))
        steps, rows = steps[order], rows[order]
        distinct, place = np.unique(rows, return_inverse=True)
        taken = batch.table.take(pa.array(distinct, pa.int32()))
        events = EventBatch(batch.dataset, taken)
        columns = origins(events, np.arange(len(distinct), dtype=np.int32))
        kept, placed = self._placed(events, columns["filetime"], steps, place, left)
        if not kept:
            return None
        steps, rows, place = steps[kept], rows[kept], place[kept]
        columns["act"] = _acts(events, columns["fingerprint"])
        fields = self._shown.fields(events, steps, place)
        return self._rows(steps, place, placed, columns, fields)

    def events(self, matches: Matches) -> NDArray[np.int32]:
        """Return the rows of the batch on which a chain may rest, perhaps repeatedly."""
        return matches.row[self._mine(matches)]

    def _mine(self, matches: Matches) -> NDArray[np.bool_]:
        mine: NDArray[np.bool_] = matches.rule >= self._first
        mine[mine] = self._is_useful[matches.rule[mine] - self._first]
        return mine

    def _placed(
        self,
        events: EventBatch,
        times: pa.Array,
        steps: NDArray[np.int32],
        place: NDArray[np.int64],
        left: Left,
    ) -> tuple[list[int], list[tuple[bytes, str]]]:
        """Return which matches a body takes, and where each stands in it."""
        timed = times.is_valid().to_numpy(zero_copy_only=False)
        read = _Read(events, [self._plan.steps[step] for step in np.unique(steps).tolist()])
        placer = _Placer(self._plan)
        taken: set[tuple[int, tuple[int, int], bytes]] = set()
        kept: list[int] = []
        placed: list[tuple[bytes, str]] = []
        # A row at a time, but only over events of steps; what is said of equal values is worked out once.
        for at, (step, row) in enumerate(zip(steps.tolist(), place.tolist(), strict=True)):
            bound = self._plan.steps[step]
            key, values, lacks = placer.place(step, read.values(bound, row))
            reason = lacks if timed[row] else "have no time"
            if reason:
                left[bound.body, reason] += 1
                continue
            # Several selections of one step may take an event, which happened once.
            if (row, step_of := (bound.body, bound.role), key) not in taken:
                taken.add((row, step_of, key))
                kept.append(at)
                placed.append((key, values))
        return kept, placed

    def _rows(
        self,
        steps: NDArray[np.int32],
        place: NDArray[np.int64],
        placed: Sequence[tuple[bytes, str]],
        columns: dict[str, pa.Array],
        fields: pa.Array,
    ) -> pa.RecordBatch:
        at = pa.array(place, pa.int64())
        names = ("filetime", "fingerprint", "act", *(field.name for field in CARRIED))
        taken = {name: columns[name].take(at) for name in names}
        roles = pa.array(self._role[steps], pa.int32())
        acts = list(zip(taken["act"].to_pylist(), placed, strict=True))
        taken |= {
            "body": pa.array(self._body[steps], pa.int32()),
            "key": pa.array([key for key, _ in placed], pa.binary(16)),
            "values": pa.array([values for _, values in placed], pa.utf8()),
            # One act may stand for several steps and in several groups, and is one in each.
            "act": pa.array(
                [
                    _digest(act + key + role.to_bytes(4, "big"))
                    for (act, (key, _)), role in zip(acts, roles.to_pylist(), strict=True)
                ],
                pa.binary(16),
            ),
            "order": roles,
            "role": roles,
            "shown": taken["fingerprint"],
            "fields": fields,
            "inner": pa.nulls(len(steps), pa.utf8()),
            "known_for": pa.nulls(len(steps), pa.int64()),
        }
        arrays = [taken[field.name].cast(field.type) for field in STEP_SCHEMA]
        return pa.RecordBatch.from_arrays(arrays, schema=STEP_SCHEMA)


class _Shown:
    """What an event of a step shows of itself: the fields that its selection asks, as the log calls them."""

    def __init__(self, bound: Plan, first: int) -> None:
        self._names: dict[tuple[int, str], dict[str, str]] = {}
        for one in bound.bound:
            if one.rule >= first:
                names = self._names.setdefault((one.rule - first, one.route.dataset), {})
                names |= fields_of(one.condition)
                if any(not predicate.name for predicate in predicates(one.condition)):
                    names |= _WHOLE
        for names in self._names.values():
            names.pop("eventid", None)  # it has a column

    def fields(
        self, events: EventBatch, steps: NDArray[np.int32], place: NDArray[np.int64]
    ) -> pa.Array:
        """Return the fields of each match as JSON, made once for events that say the same."""
        dataset = events.dataset
        used = {step: self._names.get((step, dataset), {}) for step in np.unique(steps).tolist()}
        names = {name for wanted in used.values() for name in wanted.values()}
        texts = Texts(events, np.arange(len(events), dtype=np.int32), names)
        known: dict[object, str] = {}
        found = []
        for step, row in zip(steps.tolist(), place.tolist(), strict=True):
            same = (step, texts.signatures[row] if texts.is_plain(row) else row)
            if same not in known:
                event = texts.event(row)
                shown = {name: event.get(folded, []) for folded, name in used[step].items()}
                known[same] = _as_json(shown)
            found.append(known[same])
        return pa.array(found, pa.utf8())


def _as_json(shown: Mapping[str, list[str]]) -> str:
    """Return fields as text, each cut: a script may have any length."""
    cut = {name: _cut("\n".join(values)) for name, values in shown.items() if values}
    return orjson.dumps(cut).decode()


class _Placer:
    """Says in which group an event stands, once for equal values."""

    def __init__(self, plan: ChainPlan) -> None:
        self._plan = plan
        self._known: dict[tuple[int, Values], tuple[bytes, str, str]] = {}

    def place(self, step: int, values: Values) -> tuple[bytes, str, str]:
        """Return key, values as text, and what keeps the event out."""
        found = self._known.get((step, values))
        if found is None:
            bound = self._plan.steps[step]
            found = self._known[step, values] = placed(
                self._plan.bodies[bound.body], bound.role, values
            )
        return found


def placed(bound: BoundBody, role: int, values: Values) -> tuple[bytes, str, str]:
    """Return the key of a group, the values as text, and what keeps an event with such values out."""
    first = bound.body.steps[role].first_ever
    compared = () if first is None else (*first.known, *first.new)
    for name in (*bound.body.join, *compared):
        if values[bound.place(name)] is None:
            return b"", "", f"have no {name}"
    key = group_key([values[bound.place(name)] or "" for name in bound.body.join])
    return key, orjson.dumps(values).decode(), ""


class _Read:
    """What the events of a batch say of entities, by row."""

    def __init__(self, events: EventBatch, steps: Sequence[BoundStep]) -> None:
        readings = dict.fromkeys(r for step in steps for r in step.readings if r is not None)
        self._read = dict(_readings(events, list(readings)))

    def values(self, step: BoundStep, row: int) -> Values:
        """Return what one event says of the entities that its step wants."""
        return tuple(None if r is None else self._read[r][row] for r in step.readings)


def _readings(
    events: EventBatch, readings: Sequence[Reading]
) -> Iterator[tuple[Reading, list[str | None]]]:
    ours = [reading for reading in readings if reading.name in ecs_names()]
    view = ecs_columns(events, list(dict.fromkeys(reading.name for reading in ours)))
    for reading in ours:
        yield reading, _said(reading, view.column(reading.name).to_pylist())
    others = [reading for reading in readings if reading.name not in ecs_names()]
    if others:
        rows = np.arange(len(events), dtype=np.int32)
        texts = Texts(events, rows, {reading.name for reading in others})
        held = [texts.event(row) for row in range(len(events))]
        for reading in others:
            name = fold(reading.name)
            yield reading, _said(reading, ["\n".join(event.get(name, ())) for event in held])


def _said(reading: Reading, values: Iterable[object]) -> list[str | None]:
    known: dict[object, str | None] = {None: None}
    pattern = re.compile(reading.match, re.IGNORECASE) if reading.match else None
    found = []
    for value in values:
        if value not in known:
            known[value] = _entity(str(value), pattern, reading.form)
        found.append(known[value])
    return found


def _entity(text: str, pattern: re.Pattern[str] | None, form: str) -> str | None:
    """Return the value of an entity: folded, since no two logs agree on case."""
    if pattern is not None:
        match = pattern.search(text)
        if match is None:
            return None
        text = match[1] if pattern.groups else match[0]
    if form:
        formed = FORMS[form].apply(text or "")
        text = "" if formed is None else str(formed)
    text = fold(text.strip())[:_VALUE]
    return None if text in {"", "-"} else text


def _cut(text: str) -> str:
    return text if len(text) <= _FIELD else text[:_FIELD] + "…"


def _acts(events: EventBatch, fingerprints: pa.Array) -> pa.Array:
    """Return what is equal for all records of one act."""
    number = _NEW_PROCESS.get(events.dataset)
    if number is None:
        return fingerprints
    acts = fingerprints.to_pylist()
    ids = events.table.column("EventID").to_pylist()
    wanted = [row for row, code in enumerate(ids) if code == number]
    if not wanted:
        return fingerprints
    view = ecs_columns(events, _ACT)
    columns = [view.column(name).to_pylist() for name in _ACT]
    for row in wanted:
        host, pid, image = (column[row] for column in columns)
        if host is not None and pid is not None and image is not None:
            acts[row] = _digest(f"{fold(str(host))}\x1f{pid}\x1f{fold(str(image))}".encode())
    return pa.array(acts, pa.binary(16))


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).digest()
