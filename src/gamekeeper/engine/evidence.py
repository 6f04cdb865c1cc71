"""Matches with what leads back to the bytes: where, when, who, and the values that made the rule true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import orjson
import pyarrow as pa

from gamekeeper.engine.columnar.explain import Explainer, Reasons
from gamekeeper.engine.columnar.values import TYPED
from gamekeeper.engine.of_plan import of_plan
from gamekeeper.model.findings import MATCH_SCHEMA
from gamekeeper.model.fingerprint import fingerprints
from gamekeeper.model.folding import fold
from gamekeeper.model.taking import take_rows
from gamekeeper.model.users import users
from gamekeeper.rules.ir import REFERENCES, Op
from gamekeeper.rules.truth import holds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gamekeeper.engine.base import Matches
    from gamekeeper.engine.columnar.values import Column, Values
    from gamekeeper.model.events import EventBatch
    from gamekeeper.rules.plan import Plan

#: Columns of a match that stand in the batch under these names.
_COPIED: Final = {
    "source": "event.source",
    "offset": "event.offset",
    "record_id": "event.record_id",
    "state": "event.state",
    "filetime": "event.filetime",
    "time_assumed": "event.time_assumed",
    "host": "Computer",
    "channel": "Channel",
    "event_code": "EventID",
    "event_record_id": "EventRecordID",
}


_ASK_EVENTS: Final = REFERENCES | {Op.NULL, Op.EXISTS}


def origins(events: EventBatch) -> dict[str, pa.Array]:
    """Return what says of events where, when and who, as columns under their names in a match."""
    columns = {name: events.table.column(column) for name, column in _COPIED.items()}
    columns["user"] = users(events.dataset, events.table)
    columns["fingerprint"] = fingerprints(events)
    return columns


class Evidence:
    """Gathers the evidence of a plan's matches; keeps what it has compiled."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._explainers: dict[str, Explainer] = {}

    def gather(self, batch: EventBatch, matches: Matches) -> pa.RecordBatch:
        """Return the matches, in their order, as a record batch of ``MATCH_SCHEMA``."""
        explainer = self._explainer(batch.dataset)
        values, place, reasons = explainer.explain(batch, matches.rule, matches.row)
        why, fields = _Shown(explainer, values).show(place, reasons)
        distinct, inverse = np.unique(matches.row, return_inverse=True)
        of_row = origins(take_rows(batch, distinct))
        repeated = pa.array(inverse, pa.int64())
        columns = {name: column.take(repeated) for name, column in of_row.items()}
        columns |= {"rule": pa.array(matches.rule, pa.int32()), "why": why, "fields": fields}
        columns["contributing"] = pa.nulls(len(matches), pa.utf8())
        return pa.RecordBatch.from_arrays(
            [columns[name] for name in MATCH_SCHEMA.names], schema=MATCH_SCHEMA
        )

    def _explainer(self, dataset: str) -> Explainer:
        if dataset not in self._explainers:
            bound = [b for b in self._plan.bound if b.route.dataset == dataset]
            self._explainers[dataset] = Explainer(bound)
        return self._explainers[dataset]


def evidence(plan: Plan, batch: EventBatch, matches: Matches) -> pa.RecordBatch:
    """Return matches of a batch, as an engine gave them, as a record batch of ``MATCH_SCHEMA``."""
    return of_plan(plan, Evidence).gather(batch, matches)


class _Shown:
    """The texts of one batch's matches."""

    def __init__(self, explainer: Explainer, values: Values) -> None:
        self._predicates = explainer.predicates
        self._number = explainer.number
        self._values = values
        self._quoted: dict[int, list[str]] = {}
        self._holds: dict[tuple[int, int], bool] = {}

    def show(
        self, place: NDArray[np.int32], reasons: Reasons
    ) -> tuple[pa.DictionaryArray, pa.Array]:
        """Return ``why`` and ``fields`` of each match, given its row among the values."""
        starts, groups, first = _grouped(reasons, len(place))
        why: list[str] = []
        fields = np.empty(len(place), np.object_)
        order = np.argsort(groups, kind="stable")
        borders = np.searchsorted(groups[order], np.arange(len(first) + 1))
        for group, match in enumerate(first.tolist()):
            numbers = reasons.predicate[starts[match] : starts[match + 1]].tolist()
            why.append(_json([_writable(self._predicates[n].text) for n in numbers]))
            members = order[borders[group] : borders[group + 1]]
            fields[members] = self._fields(numbers, place[members])
        codes = pa.array(groups, pa.int32())
        texts = pa.array(why, pa.utf8())
        return pa.DictionaryArray.from_arrays(codes, texts), pa.array(fields, pa.utf8())

    def _fields(self, numbers: list[int], rows: NDArray[np.int32]) -> list[str]:
        """Return a JSON object for each row: the fields that these predicates name, and their values."""
        named: dict[int, None] = {}
        keywords = []
        for number in numbers:
            predicate = self._predicates[number]
            if predicate.name:
                named[self._number(fold(predicate.name))] = None
            else:
                keywords.append(number)
        if keywords or any(self._values.has_extras(number) for number in named):
            return [self._of_row(list(named), keywords, row) for row in rows.tolist()]
        columns = [c for c in map(self._values.column, named) if c is not None]
        if not columns:
            return ["{}"] * len(rows)
        parts = [(self._keyed(column), column.codes[rows].tolist()) for column in columns]
        keyed = [[texts[code] for code in codes] for texts, codes in parts]
        return ["{" + ",".join(filter(None, row)) + "}" for row in zip(*keyed, strict=True)]

    def _keyed(self, column: Column) -> list[str]:
        """Return ``"name":"value"`` for each value of a column, and nothing for -1, the absent one."""
        found = self._quoted.get(column.base)
        if found is None:
            key = _json(column.name) + ":"
            texts = self._values.strings(column)
            found = self._quoted[column.base] = [*(key + _json(text) for text in texts), ""]
        return found

    def _of_row(self, named: Sequence[int], keywords: list[int], row: int) -> str:
        """The slow way, for repeated fields and keywords: a row at a time."""
        held: dict[str, list[str]] = {}
        for name, number, value in self._values.held(row):
            if number in named or (fold(name) not in TYPED and self._has_any(keywords, value)):
                held.setdefault(name, []).append(self._values.string(value))
        return _json({name: texts[0] if len(texts) == 1 else texts for name, texts in held.items()})

    def _has_any(self, keywords: list[int], value: int) -> bool:
        """Say whether any of these keywords stands in a value."""
        return any(self._has(keyword, value) for keyword in keywords)

    def _has(self, keyword: int, value: int) -> bool:
        key = (keyword, value)
        if key not in self._holds:
            predicate = self._predicates[keyword]
            is_text = predicate.op not in _ASK_EVENTS
            self._holds[key] = is_text and holds(predicate, self._values.string(value))
        return self._holds[key]


def _grouped(
    reasons: Reasons, count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return where each match's reasons start, the group of matches with the same ones, and the first
    match of each group."""
    starts = np.searchsorted(reasons.match, np.arange(count + 1))
    # The sum of one random number a predicate tells sets of predicates apart: 2^-64 that it does not.
    numbers = np.random.default_rng(20260101).integers(
        1 << 63, size=int(reasons.predicate.max(initial=0)) + 1, dtype=np.uint64
    )
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(numbers[reasons.predicate])])
    _, first, groups = np.unique(
        sums[starts[1:]] - sums[starts[:-1]], return_index=True, return_inverse=True
    )
    return starts, groups, first


def _json(content: object) -> str:
    return orjson.dumps(content).decode()


def _writable(text: str) -> str:
    """Replace lone surrogates, which a rule may hold and no output can."""
    return text.encode("utf-8", "replace").decode()
