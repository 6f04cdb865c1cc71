"""Matches of rules that correlations name, as rows: what a worker leaves on disk for the windows.

Groups and values are read here, in the words of each rule, so that the windows need no events.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import orjson
import pyarrow as pa

from gamekeeper.engine.columnar.routes import Kind, takes
from gamekeeper.engine.correlation.fields import Texts, names_of, read
from gamekeeper.engine.correlation.schema import CARRIED, ROW_SCHEMA, group_key, lacking, order_of
from gamekeeper.engine.evidence import origins
from gamekeeper.model.folding import fold
from gamekeeper.model.taking import take_rows
from gamekeeper.rules.correlation_ir import CorrelationType

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gamekeeper.engine.base import Matches
    from gamekeeper.model.events import EventBatch
    from gamekeeper.rules.plan import Plan, Reading

#: (correlation, what it lacked) -> matches of its rules that it cannot take.
Left = Counter[tuple[int, str]]


class Role(NamedTuple):
    """A match in one role of one correlation; ``lacks`` says why the correlation cannot take it."""

    correlation: int
    role: int
    key: bytes = b""
    values: str = ""
    lacks: str = ""


class RowGatherer:
    """Turns the matches of a batch into rows."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._readings: dict[int, list[tuple[int, Reading]]] = defaultdict(list)
        for number, bound in enumerate(plan.correlations):
            for reading in bound.readings:
                self._readings[reading.rule].append((number, reading))
        self._wanted = np.array(sorted(self._readings), np.int32)
        self._has_order = any(
            bound.correlation.type is CorrelationType.TEMPORAL_ORDERED
            for bound in plan.correlations
        )

    def gather(self, batch: EventBatch, matches: Matches, left: Left) -> pa.RecordBatch | None:
        """Return the rows of a batch's matches; what a correlation cannot take is counted in ``left``."""
        mine = np.isin(matches.rule, self._wanted)
        if not mine.any():
            return None
        rules, rows = matches.rule[mine].tolist(), matches.row[mine]
        columns = origins(take_rows(batch, rows))
        times = columns["filetime"].to_pylist()
        texts = Texts(batch, rows, self._names(batch.dataset))
        kept: list[tuple[int, Role]] = []
        for match, roles in enumerate(self._roles(batch.dataset, rules, texts)):
            for role in roles:
                reason = "have no time" if times[match] is None else role.lacks
                if reason:
                    left[role.correlation, reason] += 1
                else:
                    kept.append((match, role))
        return _batch(kept, self._orders(kept, rows.tolist()), columns)

    def _roles(
        self, dataset: str, rules: Sequence[int], texts: Texts
    ) -> Iterator[tuple[Role, ...]]:
        """Yield the roles of each match; those of equal values are worked out once."""
        known: dict[object, tuple[Role, ...]] = {}
        for match, rule in enumerate(rules):
            if not texts.is_plain(match):
                yield tuple(self._placed(rule, dataset, texts.event(match)))
                continue
            same = (rule, texts.signatures[match])
            if same not in known:
                known[same] = tuple(self._placed(rule, dataset, texts.event(match)))
            yield known[same]

    def _orders(self, kept: Sequence[tuple[int, Role]], rows: Sequence[int]) -> list[int]:
        """Return what sorts each placed match: all matches of a row are in one call."""
        if not self._has_order:
            return [0] * len(kept)
        roles: dict[tuple[int, int], list[int]] = defaultdict(list)
        for match, item in kept:
            roles[rows[match], item.correlation].append(item.role)
        return [
            order_of(
                self._plan.correlations[item.correlation], roles[rows[match], item.correlation]
            )
            for match, item in kept
        ]

    def _names(self, dataset: str) -> set[str]:
        return {
            name
            for readings in self._readings.values()
            for _, reading in readings
            if reading.route.dataset == dataset
            for mapped in reading.fields
            for name in names_of(mapped)
        }

    def _placed(self, rule: int, dataset: str, event: Mapping[str, list[str]]) -> Iterator[Role]:
        """Yield the roles that a match has, by the first route of each that takes its event."""
        taken: set[tuple[int, int]] = set()
        ids = event.get("eventid", ())
        channels = [fold(channel) for channel in event.get("channel", ())]
        kind = Kind(channels[0] if channels else None, ids[0] if ids else None, is_sure=True)
        for number, reading in self._readings[rule]:
            role = (number, reading.role)
            if role in taken or reading.route.dataset != dataset or not takes(reading.route, kind):
                continue
            taken.add(role)
            values = [read(mapped, event) for mapped in reading.fields]
            bound = self._plan.correlations[number]
            reason = lacking(bound, values)
            if reason:
                yield Role(*role, lacks=reason)
                continue
            key = group_key([values[place] or "" for place in bound.group])
            yield Role(*role, key, orjson.dumps(values).decode())


def _batch(
    kept: Sequence[tuple[int, Role]], orders: list[int], columns: dict[str, pa.Array]
) -> pa.RecordBatch:
    roles = [role for _, role in kept]
    at = pa.array([match for match, _ in kept], pa.int64())
    taken = {field.name: columns[field.name].take(at).cast(field.type) for field in CARRIED}
    taken["filetime"] = columns["filetime"].take(at)
    taken["fingerprint"] = taken["shown"] = columns["fingerprint"].take(at)
    taken["correlation"] = pa.array([role.correlation for role in roles], pa.int32())
    taken["order"] = pa.array(orders, pa.int32())
    taken["role"] = pa.array([role.role for role in roles], pa.int32())
    taken["key"] = pa.array([role.key for role in roles], pa.binary(16))
    taken["values"] = pa.array([role.values for role in roles], pa.utf8())
    taken["members"] = pa.nulls(len(kept), pa.utf8())
    return pa.RecordBatch.from_arrays([taken[n] for n in ROW_SCHEMA.names], schema=ROW_SCHEMA)
