"""Matches of steps to rows: what a worker leaves on disk for the walk."""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

import numpy as np
import orjson
import pyarrow as pa

from gamekeeper.analytics.chains.readings import Read, Values
from gamekeeper.analytics.chains.schema import STEP_SCHEMA
from gamekeeper.engine.correlation.fields import Texts
from gamekeeper.engine.correlation.schema import CARRIED, group_key
from gamekeeper.engine.evidence import origins
from gamekeeper.engine.presence import fields_of
from gamekeeper.model.ecs import ecs_columns
from gamekeeper.model.folding import fold
from gamekeeper.model.taking import take_rows
from gamekeeper.rules.ir import predicates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from gamekeeper.analytics.chains.plan import BoundBody, ChainPlan
    from gamekeeper.engine.base import Matches
    from gamekeeper.model.events import EventBatch
    from gamekeeper.rules.plan import Plan

#: (body, what it lacked) -> events of its steps that it cannot take.
Left = Counter[tuple[int, str]]

#: Events that tell of a new process: one act may stand in both logs.
_NEW_PROCESS: Final = {"windows.sysmon": 1, "windows.security": 4688}
_ACT: Final = ("host.name", "process.pid", "process.executable")
#: Characters of one field of an event that travel with it.
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
        events = take_rows(batch, distinct)
        columns = origins(events)
        kept, placed = self._placed(events, columns["filetime"], steps, place, left)
        if not len(kept):
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
    ) -> tuple[NDArray[np.int64], list[tuple[bytes, str]]]:
        """Return which matches a body takes, and where each stands in it."""
        outcomes, outcome = self._outcomes(events, steps, place)
        has_time = times.is_valid().to_numpy(zero_copy_only=False)[place]
        is_taken = np.array([not lacks for _, _, lacks in outcomes], bool)[outcome] & has_time
        for at in np.flatnonzero(~is_taken).tolist():
            reason = outcomes[outcome[at]][2] if has_time[at] else "have no time"
            left[int(self._body[steps[at]]), reason] += 1
        kept = np.flatnonzero(is_taken)
        # Several selections of one step may take an event, which happened once.
        keys = [outcomes[number][0] for number in outcome[kept].tolist()]
        kept = kept[~self._repeated(steps[kept], place[kept], keys)]
        return kept, [outcomes[number][:2] for number in outcome[kept].tolist()]

    def _outcomes(
        self, events: EventBatch, steps: NDArray[np.int32], place: NDArray[np.int64]
    ) -> tuple[list[tuple[bytes, str, str]], NDArray[np.int64]]:
        """Return where events may stand, and which of these each match has; made once for equal values."""
        bound = {step: self._plan.steps[step] for step in np.unique(steps).tolist()}
        read = Read(events, list(bound.values()))
        outcomes: list[tuple[bytes, str, str]] = []
        outcome = np.empty(len(steps), np.int64)
        for step, one in bound.items():
            at = np.flatnonzero(steps == step)
            values, which = read.distinct(one, place[at])
            outcome[at] = len(outcomes) + which
            body = self._plan.bodies[one.body]
            outcomes += [placed(body, one.role, some) for some in values]
        return outcomes, outcome

    def _repeated(
        self, steps: NDArray[np.int32], place: NDArray[np.int64], keys: Sequence[bytes]
    ) -> NDArray[np.bool_]:
        """Say of each match, sorted by event, body and role, whether an earlier one is the same."""
        repeated = np.zeros(len(steps), bool)
        parts = (place, self._body[steps], self._role[steps])
        same = np.all([part[1:] == part[:-1] for part in parts], axis=0)
        starts = np.flatnonzero(np.append(True, ~same)[: len(steps)])
        group = np.cumsum(np.append(True, ~same)[: len(steps)])
        sizes = np.diff(np.append(starts, len(steps)))
        seen: set[tuple[int, bytes]] = set()
        for at in np.flatnonzero(np.repeat(sizes > 1, sizes)).tolist():
            mine = int(group[at]), keys[at]
            repeated[at] = mine in seen
            seen.add(mine)
        return repeated

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
        columns = {
            step: [
                (name, texts.names.index(folded))
                for folded, name in wanted.items()
                if folded in texts.names
            ]
            for step, wanted in used.items()
        }
        known: dict[object, str] = {}
        found = []
        # A row at a time, but only over events of steps.
        for step, row in zip(steps.tolist(), place.tolist(), strict=True):
            signature = texts.signatures[row]
            if not texts.is_plain(row):
                event = texts.event(row)
                shown = {name: event.get(folded, []) for folded, name in used[step].items()}
                found.append(
                    _as_json({name: "\n".join(said) for name, said in shown.items() if said})
                )
                continue
            said = tuple(signature[at] for _, at in columns[step])
            text = known.get((step, said))
            if text is None:
                pairs = zip(columns[step], said, strict=True)
                text = known[step, said] = _as_json(
                    {name: str(v) for (name, _), v in pairs if v is not None}
                )
            found.append(text)
        return pa.array(found, pa.utf8())


def _as_json(shown: Mapping[str, str]) -> str:
    """Return fields as text, each cut: a script may have any length."""
    return orjson.dumps({name: _cut(value) for name, value in shown.items()}).decode()


def placed(bound: BoundBody, role: int, values: Values) -> tuple[bytes, str, str]:
    """Return the key of a group, the values as text, and what keeps an event with such values out."""
    first = bound.body.steps[role].first_ever
    compared = () if first is None else (*first.known, *first.new)
    for name in (*bound.body.join, *compared):
        if values[bound.place(name)] is None:
            return b"", "", f"have no {name}"
    key = group_key([values[bound.place(name)] or "" for name in bound.body.join])
    return key, orjson.dumps(values).decode(), ""


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
