"""The slow truth asked of many events at once, each distinct question once.

``bench/every_rule_every_event.py`` says why this is the slow truth's own answer. Nothing here comes from the
fast engine: events are read by ``row_fields``, questions are put to ``on_route`` and ``match_fields``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from gamekeeper.engine.reference import TYPED_NAMES, match_fields, on_route, row_fields
from gamekeeper.model.events import EventBatch
from gamekeeper.model.folding import fold
from gamekeeper.rules.ir import REFERENCES, Node, Not, Op, Or, Predicate, predicates
from gamekeeper.rules.plan import BoundRule, Route

_ROUTED = ("eventid", "channel")
_ANY_FIELD = "any field"
#: What is asked of the list of values, not of each.
_PRESENCE = frozenset({Op.NULL, Op.EXISTS})

K = TypeVar("K")
Held = dict[str, list[str]]


class Numbers(Generic[K]):
    """Numbers for distinct things, in the order in which they come."""

    def __init__(self) -> None:
        self._number: dict[K, int] = {}
        self.things: list[K] = []

    def of(self, thing: K) -> int:
        number = self._number.get(thing)
        if number is None:
            number = self._number[thing] = len(self.things)
            self.things.append(thing)
        return number


class Field:
    """What events hold under one name: the number of their list of values, -1 where there is none."""

    def __init__(self) -> None:
        self._rows: list[int] = []
        self._codes: list[int] = []
        self.lists: Numbers[tuple[str, ...]] = Numbers()

    def add(self, row: int, values: list[str]) -> None:
        self._rows.append(row)
        self._codes.append(self.lists.of(tuple(values)))

    def codes(self, count: int) -> NDArray[np.int32]:
        codes = np.full(count, -1, np.int32)
        codes[self._rows] = self._codes
        return codes

    def held(self, code: int) -> list[str]:
        return list(self.lists.things[code]) if code >= 0 else []


class Events:
    """What the events of one dataset hold, as far as some conditions read it."""

    def __init__(self, conditions: Sequence[Node]) -> None:
        asked = [p for condition in conditions for p in predicates(condition)]
        names = {p.name for p in asked} | {p.value for p in asked if p.op in REFERENCES}
        self.fields = {fold(name): Field() for name in (*names, *_ROUTED) if name}
        self._has_keywords = "" in names
        self.texts: Numbers[str] = Numbers()
        self._seen: list[NDArray[np.int32]] = []
        self.count = 0

    def add(self, batch: EventBatch) -> int:
        """Note a batch; return the number of its first event."""
        first = self.count
        for row in range(len(batch)):
            fields = row_fields(batch, row)
            for name in fields.keys() & self.fields.keys():
                self.fields[name].add(first + row, fields[name])
            if self._has_keywords:
                self._seen.append(self._keyword_texts(fields))
        self.count += len(batch)
        return first

    def _keyword_texts(self, fields: dict[str, list[str]]) -> NDArray[np.int32]:
        texts = {v for name, held in fields.items() if name not in TYPED_NAMES for v in held}
        return np.array([self.texts.of(text) for text in texts], np.int32)

    def seen(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return where each event's texts begin, and the texts of all events one after the other."""
        starts = np.cumsum([0, *map(len, self._seen)], dtype=np.int64)
        return starts, np.concatenate([np.zeros(0, np.int32), *self._seen])


class PatientTruth:
    """Says of which events a bound rule is true."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._codes: dict[str, NDArray[np.int32]] = {}
        self._routes: dict[Route, NDArray[np.int64]] = {}
        self._starts, self._seen = events.seen()
        self.questions = 0

    def on_route(self, route: Route) -> int:
        """Return how many events a route takes."""
        return len(self._rows(route))

    def true_of(self, bound: BoundRule) -> NDArray[np.int64]:
        """Return the events of which a rule is true."""
        rows = self._rows(bound.route)
        return rows[self._holds(bound.condition, rows)]

    def _rows(self, route: Route) -> NDArray[np.int64]:
        if route not in self._routes:
            everything = np.arange(self._events.count)
            told = self._of_distinct(_ROUTED, everything, partial(on_route, route))
            self._routes[route] = everything[told]
        return self._routes[route]

    def _holds(self, node: Node, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Say of which of some events a condition is true."""
        if isinstance(node, Predicate):
            return self._asked(node, rows) if len(rows) else np.zeros(0, np.bool_)
        if isinstance(node, Not):
            return ~self._holds(node.child, rows)
        settles = isinstance(node, Or)  # the answer of one child that settles the matter
        found = np.full(len(rows), not settles)
        for child in node.children:
            still = np.flatnonzero(found != settles)
            found[still] = self._holds(child, rows[still])
        return found

    def _asked(self, predicate: Predicate, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        if not predicate.name:
            return self._keyword(predicate, rows)
        names = [fold(predicate.name)]
        if predicate.op in REFERENCES:
            names.append(fold(predicate.value))
        return self._of_distinct(names, rows, partial(match_fields, predicate))

    def _of_distinct(
        self, names: Sequence[str], rows: NDArray[np.int64], ask: Callable[[Held], bool]
    ) -> NDArray[np.bool_]:
        """Ask once of each distinct combination of what some fields hold."""
        codes = [self._codes_of(name)[rows].astype(np.int64) for name in names]
        key = codes[0]
        for more in codes[1:]:
            key = (key << 32) | (more & 0xFFFFFFFF)
        _, firsts, inverse = np.unique(key, return_index=True, return_inverse=True)
        told = []
        for place in firsts.tolist():
            held = {
                name: self._events.fields[name].held(int(code[place]))
                for name, code in zip(names, codes, strict=True)
            }
            told.append(ask({name: values for name, values in held.items() if values}))
        self.questions += len(told)
        return np.array(told, np.bool_)[inverse]

    def _codes_of(self, name: str) -> NDArray[np.int32]:
        if name not in self._codes:
            self._codes[name] = self._events.fields[name].codes(self._events.count)
        return self._codes[name]

    def _keyword(self, predicate: Predicate, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        if predicate.op in REFERENCES:
            raise NotImplementedError(f"{predicate.text} compares a field with the whole event")
        sizes = self._starts[rows + 1] - self._starts[rows]
        if predicate.op in _PRESENCE:
            told = [match_fields(predicate, held) for held in ({}, {_ANY_FIELD: [""]})]
            return np.array(told, np.bool_)[(sizes > 0).astype(np.int64)]
        # What to ask: the texts of these events, each once.
        ends = np.cumsum(sizes)
        steps = np.arange(sizes.sum()) - np.repeat(ends - sizes, sizes)
        texts = self._seen[np.repeat(self._starts[rows], sizes) + steps]
        distinct, inverse = np.unique(texts, return_inverse=True)
        told = [
            match_fields(predicate, {_ANY_FIELD: [self._events.texts.things[text]]})
            for text in distinct.tolist()
        ]
        self.questions += len(told)
        found = np.zeros(len(rows), np.bool_)
        found[np.repeat(np.arange(len(rows)), sizes)[np.array(told, np.bool_)[inverse]]] = True
        return found
