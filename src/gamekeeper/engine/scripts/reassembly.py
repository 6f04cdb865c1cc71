"""Scripts to matches: rules that look at script text are asked about the whole of it.

A rule that is true of a part is reported there, and only there: what is added are rules that no single part
satisfies. The match stands at the last part and names all of them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import orjson
import pyarrow as pa

from gamekeeper.engine.base import Matches
from gamekeeper.engine.registry import engine, gatherer, witness
from gamekeeper.engine.scripts.excerpt import excerpt, words
from gamekeeper.engine.scripts.parts import DATASET, EVENT_ID, SCRIPT, encoded, events_schema
from gamekeeper.model.folding import fold
from gamekeeper.model.scripts import spelled
from gamekeeper.rules.ir import REFERENCES, predicates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from gamekeeper.engine.scripts.walk import Piece
    from gamekeeper.model.events import EventBatch
    from gamekeeper.rules.plan import BoundRule, Plan

    Check = Callable[[EventBatch, Matches], None]

#: Characters and scripts that are matched at once, and characters of evidence that are gathered at once.
_CHARACTERS: Final = 4 << 20
_SCRIPTS: Final = 1024
_EVIDENCE: Final = 16 << 20

_FIELD: Final = fold(SCRIPT)


def looks(bound: BoundRule) -> bool:
    """Say whether a rule on a route sees parts of scripts, and asks about their text."""
    route = bound.route
    if route.dataset != DATASET or (route.event_ids and EVENT_ID not in route.event_ids):
        return False
    return any(
        not predicate.name
        or fold(predicate.name) == _FIELD
        or (predicate.op in REFERENCES and fold(predicate.value) == _FIELD)
        for predicate in predicates(bound.condition)
    )


class Reassembly:
    """Asks the rules of a plan about whole scripts; ``check`` sees each batch of scripts with its matches."""

    def __init__(self, plan: Plan, check: Check | None = None) -> None:
        self._plan = plan
        self._engine = engine("columnar", plan)
        self._witness = witness(plan)
        self._gatherer = gatherer(plan) if plan.correlations else None
        self._check = check
        self._words: dict[int, tuple[str, ...]] = {}
        silent = [n for n, rule in enumerate(plan.rules.rules) if not rule.reported]
        self._silent = np.array(silent, np.int32)
        self.counts: Counter[int] = Counter()  # matches of each rule
        self.left: Counter[tuple[int, str]] = Counter()

    def found(
        self, pieces: Iterable[Piece]
    ) -> Iterator[tuple[Iterator[pa.RecordBatch], pa.RecordBatch | None]]:
        """Yield matches as batches of ``MATCH_SCHEMA``, and with them their rows for correlations."""
        for group in _grouped(pieces):
            batch = _batch(group)
            every = self._engine.match(batch)
            if self._check is not None:
                self._check(batch, every)
            added = _added(every, group)
            self.counts.update(added.rule.tolist())
            keep = ~np.isin(added.rule, self._silent)
            told = Matches(added.rule[keep], added.row[keep])
            yield (
                (self._told(batch, part, group) for part in _portions(told, group)),
                self._rows(batch, added, group),
            )

    def _told(self, batch: EventBatch, matches: Matches, group: Sequence[Piece]) -> pa.RecordBatch:
        """Return matches with the records that they rest on."""
        table = self._witness.gather(batch, matches)
        pieces = [group[row] for row in matches.row.tolist()]
        why = [
            _json([*orjson.loads(text), _account(piece)])
            for text, piece in zip(table.column("why").to_pylist(), pieces, strict=True)
        ]
        fields = [
            _json(self._shown(rule, orjson.loads(text)))
            for rule, text in zip(
                matches.rule.tolist(), table.column("fields").to_pylist(), strict=True
            )
        ]
        return _replaced(
            table,
            why=pa.array(why, pa.utf8()).dictionary_encode(),
            fields=pa.array(fields, pa.utf8()),
            fingerprint=_fingerprints(pieces),
            contributing=pa.array([_json(piece.records) for piece in pieces], pa.utf8()),
        )

    def _shown(self, rule: int, fields: dict[str, object]) -> dict[str, object]:
        return {
            name: excerpt(value, self._wanted(rule))
            if fold(name) == _FIELD and isinstance(value, str)
            else value
            for name, value in fields.items()
        }

    def _wanted(self, rule: int) -> tuple[str, ...]:
        if rule not in self._words:
            conditions = (b.condition for b in self._plan.bound if b.rule == rule)
            found = (word for condition in conditions for word in words(condition, _FIELD))
            self._words[rule] = tuple(dict.fromkeys(found))
        return self._words[rule]

    def _rows(
        self, batch: EventBatch, matches: Matches, group: Sequence[Piece]
    ) -> pa.RecordBatch | None:
        """Return what correlations take: a match is the last part, and brings all of its records."""
        if self._gatherer is None:
            return None
        rows = self._gatherer.gather(batch, matches, self.left)
        if rows is None:
            return None
        by_place = {
            (piece.event["event.source"][0].as_py(), piece.event["event.offset"][0].as_py()): piece
            for piece in group
        }
        places = zip(
            rows.column("source").to_pylist(), rows.column("offset").to_pylist(), strict=True
        )
        pieces = [by_place[at] for at in places]
        own = _fingerprints(pieces)
        members = pa.array([_json(piece.records) for piece in pieces], pa.utf8())
        return _replaced(rows, fingerprint=own, shown=own, members=members)


def watching(plan: Plan) -> Plan:
    """Return the plan with nothing bound but rules that look at the text of scripts."""
    bound = tuple(bound for bound in plan.bound if looks(bound))
    return replace(plan, bound=bound, digest=plan.digest and f"{plan.digest} scripts")


def _grouped(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    group: list[Piece] = []
    characters = 0
    for piece in pieces:
        if group and (characters + len(piece.text) > _CHARACTERS or len(group) >= _SCRIPTS):
            yield group
            group, characters = [], 0
        group.append(piece)
        characters += len(piece.text)
    if group:
        yield group


def _batch(group: Sequence[Piece]) -> EventBatch:
    """Return one event for each script: its last part, with the text of all."""
    texts = pa.array([piece.text for piece in group], pa.utf8())
    table = pa.concat_tables([piece.event for piece in group]).combine_chunks()
    schema = events_schema()
    columns = [
        texts if name == SCRIPT else table.column(name).combine_chunks() for name in schema.names
    ]
    return encoded(pa.RecordBatch.from_arrays(columns, schema=schema))


def _added(matches: Matches, group: Sequence[Piece]) -> Matches:
    """Return the matches of rules that no part satisfies."""
    keep = np.array(
        [
            rule not in group[row].satisfied
            for rule, row in zip(matches.rule.tolist(), matches.row.tolist(), strict=True)
        ],
        np.bool_,
    )
    return Matches(matches.rule[keep], matches.row[keep])


def _portions(matches: Matches, group: Sequence[Piece]) -> Iterator[Matches]:
    """Yield matches some at a time: the evidence of each holds the whole text for a moment."""
    start = size = 0
    for at, row in enumerate(matches.row.tolist(), 1):
        size += len(group[row].text)
        if at == len(matches) or size > _EVIDENCE:
            yield Matches(matches.rule[start:at], matches.row[start:at])
            start, size = at, 0


def _account(piece: Piece) -> str:
    """Say what a match rests on, as one more line of its reasons."""
    told = f"script of {piece.total:,} parts, put together from {piece.parts:,}"
    if piece.missing:
        told += f"; not in these logs: {spelled(piece.missing)}"
    if not piece.is_whole:
        told += "; too long to be looked at as a whole, this is a piece of it"
    if piece.more:
        told += f"; {piece.more:,} more copies are not listed"
    return told


def _fingerprints(pieces: Sequence[Piece]) -> pa.Array:
    own = [piece.event["fingerprint"][0].as_py() for piece in pieces]
    return pa.array(own, pa.binary(16))


def _replaced(batch: pa.RecordBatch, **columns: pa.Array) -> pa.RecordBatch:
    """Return the batch with other content in some columns."""
    made = [
        columns[field.name].cast(field.type) if field.name in columns else batch.column(at)
        for at, field in enumerate(batch.schema)
    ]
    return pa.RecordBatch.from_arrays(made, schema=batch.schema)


def _json(content: object) -> str:
    return orjson.dumps(content).decode()
