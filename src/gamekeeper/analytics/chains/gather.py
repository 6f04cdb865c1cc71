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
from gamekeeper.model.ecs import ecs_columns, ecs_fields
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

#: Where an event stands in a body: the key of its group, the values as text, what keeps it out.
Outcome = tuple[bytes, str, str]

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
        kept, which, outcomes = self._placed(events, columns["filetime"], steps, place, left)
        if not len(kept):
            return None
        steps, place = steps[kept], place[kept]
        columns["act"] = _acts(events, columns["fingerprint"])
        columns["fields"] = self._shown.fields(events, steps, place)
        return self._rows(steps, place, (which, outcomes), columns)

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
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], list[Outcome]]:
        """Return which matches a body takes, and where each stands in it: the number of an outcome."""
        outcomes, outcome = self._outcomes(events, steps, place)
        has_time = times.is_valid().to_numpy(zero_copy_only=False)[place]
        is_taken = np.array([not lacks for _, _, lacks in outcomes], bool)[outcome] & has_time
        for at in np.flatnonzero(~is_taken).tolist():
            reason = outcomes[outcome[at]][2] if has_time[at] else "have no time"
            left[int(self._body[steps[at]]), reason] += 1
        kept = np.flatnonzero(is_taken)
        # Several selections of one step may take an event, which happened once.
        kept = kept[~self._repeated(steps[kept], place[kept], outcome[kept], outcomes)]
        return kept, outcome[kept], outcomes

    def _outcomes(
        self, events: EventBatch, steps: NDArray[np.int32], place: NDArray[np.int64]
    ) -> tuple[list[Outcome], NDArray[np.int64]]:
        """Return where events may stand, and which of these each match has; made once for equal values."""
        bound = {step: self._plan.steps[step] for step in np.unique(steps).tolist()}
        read = Read(events, list(bound.values()))
        outcomes: list[Outcome] = []
        outcome = np.empty(len(steps), np.int64)
        for step, one in bound.items():
            at = np.flatnonzero(steps == step)
            values, which = read.distinct(one, place[at])
            outcome[at] = len(outcomes) + which
            body = self._plan.bodies[one.body]
            outcomes += [placed(body, one.role, some) for some in values]
        return outcomes, outcome

    def _repeated(
        self,
        steps: NDArray[np.int32],
        place: NDArray[np.int64],
        outcome: NDArray[np.int64],
        outcomes: Sequence[Outcome],
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
            mine = int(group[at]), outcomes[outcome[at]][0]
            repeated[at] = mine in seen
            seen.add(mine)
        return repeated

    def _rows(
        self,
        steps: NDArray[np.int32],
        place: NDArray[np.int64],
        placed: tuple[NDArray[np.int64], list[Outcome]],
        columns: dict[str, pa.Array],
    ) -> pa.RecordBatch:
        which, outcomes = placed
        at, stands = pa.array(place), pa.array(which)
        names = ("filetime", "fingerprint", "act", *(field.name for field in CARRIED))
        taken = {name: columns[name].take(at) for name in names}
        roles = self._role[steps]
        role_of = dict(zip(which.tolist(), roles.tolist(), strict=True))
        ends = {
            number: outcomes[number][0] + role.to_bytes(4, "big")
            for number, role in role_of.items()
        }
        acts = zip(taken["act"].to_pylist(), which.tolist(), strict=True)
        taken |= {
            "body": pa.array(self._body[steps], pa.int32()),
            "key": pa.array([key or None for key, _, _ in outcomes], pa.binary(16)).take(stands),
            "values": pa.array([values for _, values, _ in outcomes], pa.utf8()).take(stands),
            # One act may stand for several steps and in several groups, and is one in each.
            "act": pa.array([_digest(act + ends[number]) for act, number in acts], pa.binary(16)),
            "order": pa.array(roles, pa.int32()),
            "role": pa.array(roles, pa.int32()),
            "shown": taken["fingerprint"],
            "fields": columns["fields"],
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
        found = [""] * len(steps)
        for step, wanted in used.items():
            held = {name: folded for folded, name in wanted.items() if folded in texts.names}
            values = (texts.column(folded) for folded in held.values())
            said = list(zip(*values, strict=True)) if held else [()] * len(events)
            known: dict[tuple[object, ...], str] = {}
            at = np.flatnonzero(steps == step)
            # A row at a time, but only over events of steps.
            for match, row in zip(at.tolist(), place[at].tolist(), strict=True):
                if not texts.is_plain(row):
                    found[match] = _whole(wanted, texts.event(row))
                    continue
                text = known.get(said[row])
                if text is None:
                    pairs = zip(held, said[row], strict=True)
                    text = _as_json({name: str(v) for name, v in pairs if v is not None})
                    known[said[row]] = text
                found[match] = text
        return pa.array(found, pa.utf8())


def _whole(wanted: Mapping[str, str], event: Mapping[str, list[str]]) -> str:
    """Return the fields of an event that holds some of them more than once, or in no column."""
    shown = {name: event.get(folded, []) for folded, name in wanted.items()}
    return _as_json({name: "\n".join(said) for name, said in shown.items() if said})


def _as_json(shown: Mapping[str, str]) -> str:
    """Return fields as text, each cut: a script may have any length."""
    return orjson.dumps({name: _cut(value) for name, value in shown.items()}).decode()


def placed(bound: BoundBody, role: int, values: Values) -> Outcome:
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
    ids = events.table.column("EventID").fill_null(-1).to_numpy(zero_copy_only=False)
    wanted = np.flatnonzero(ids == number)
    if not len(wanted):
        return fingerprints
    acts = fingerprints.to_pylist()
    view = ecs_columns(
        take_rows(events, wanted, (*ecs_fields(events.dataset, _ACT), "EventID")), _ACT
    )
    columns = (view.column(name).to_pylist() for name in _ACT)
    for row, host, pid, image in zip(wanted.tolist(), *columns, strict=True):
        if host is not None and pid is not None and image is not None:
            acts[row] = _digest(f"{fold(str(host))}\x1f{pid}\x1f{fold(str(image))}".encode())
    return pa.array(acts, pa.binary(16))


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).digest()
