"""What a row's channel and event id leave possible, worked out once for each kind of row.

Most rules ask for an event id, by route or in their condition. Rows are told apart by what the rules can
tell apart: an event id or channel that no rule names is like any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow as pa

from gamekeeper.engine.columnar.compile import SETTLED
from gamekeeper.engine.columnar.kernels import Kinds
from gamekeeper.engine.columnar.values import codes_of, distinct_of
from gamekeeper.model.folding import fold
from gamekeeper.rules.ir import Op
from gamekeeper.rules.truth import holds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gamekeeper.engine.columnar.program import Program
    from gamekeeper.model.events import EventBatch
    from gamekeeper.rules.plan import Route

_MEMORY: Final = 4096
#: Stands for every channel or event id that no rule names; a lone surrogate equals no text.
_LIKE_ANY: Final = "\ud800"


class Kind(NamedTuple):
    """Rows that routes and settled predicates cannot tell apart; None where there is no such field.

    ``is_sure`` unless the event repeats its channel or event id.
    """

    channel: str | None
    event_id: str | None
    is_sure: bool


class Routes:
    """The routes of one dataset's conditions."""

    def __init__(self, routes: Sequence[Route], program: Program) -> None:
        self._program = program
        self._routes = list(dict.fromkeys(routes))
        position = {route: index for index, route in enumerate(self._routes)}
        self._route_of = np.array([position[route] for route in routes], np.int64)
        self._ids = {str(number) for route in routes for number in route.event_ids}
        self._channels = {channel for route in routes for channel in route.channels}
        self._spells_ids = self._spells_channels = False
        for predicate in program.predicates.settled.values():
            is_id = fold(predicate.name) == "eventid"
            if predicate.op is Op.EQUALS:
                (self._ids if is_id else self._channels).add(fold(predicate.value))
            elif is_id:
                self._spells_ids = True
            else:
                self._spells_channels = True
        self._memory: dict[Kind, NDArray[np.uint8]] = {}

    def kinds(self, batch: EventBatch, rows: NDArray[np.int32] | None = None) -> Kinds:
        """Return the kinds of a batch's rows, or of some of them."""
        codes, found = kinds_of(batch, rows)
        table = [self._possible(self._general(kind)) for kind in found]
        alive = np.stack(table) if table else np.zeros((0, len(self._route_of)), np.uint8)
        kind, always = np.nonzero(alive & ~self._program.witnesses.has_any)
        starts = np.searchsorted(kind, np.arange(len(alive) + 1))
        return Kinds(codes, alive, starts.astype(np.int32), always.astype(np.int32))

    def _general(self, kind: Kind) -> Kind:
        """Leave out what no rule names: hostile logs may invent channels and event ids without end."""
        channel, event_id = kind.channel, kind.event_id
        if channel is not None:
            channel = fold(channel)
            if channel not in self._channels and not self._spells_channels:
                channel = _LIKE_ANY
        if event_id is not None and event_id not in self._ids and not self._spells_ids:
            event_id = _LIKE_ANY
        return Kind(channel, event_id, kind.is_sure)

    def _possible(self, kind: Kind) -> NDArray[np.uint8]:
        found = self._memory.get(kind)
        if found is None:
            if len(self._memory) >= _MEMORY:
                self._memory.clear()
            found = self._memory[kind] = self._work_out(kind)
        return found

    def _work_out(self, kind: Kind) -> NDArray[np.uint8]:
        predicates = self._program.predicates
        texts = {"channel": kind.channel, "eventid": kind.event_id} if kind.is_sure else {}
        known = {}
        for number, predicate in predicates.settled.items():
            name = fold(predicate.name)
            if name in texts:
                text = texts[name]
                known[number] = text is not None and holds(predicate, text)
        taken = np.array([takes(route, kind) for route in self._routes], np.uint8)
        return self._program.possible(known) & taken[self._route_of]


def takes(route: Route, kind: Kind) -> bool:
    """Say whether a route takes events of a kind, whose channel is folded."""
    if route.event_ids and kind.event_id not in {str(number) for number in route.event_ids}:
        return False
    return not route.channels or kind.channel in route.channels


def kinds_of(
    batch: EventBatch, rows: NDArray[np.int32] | None = None
) -> tuple[NDArray[np.int32], list[Kind]]:
    """Return each row's kind by number, and the kinds, as their events spell them."""
    columns = [batch.table.column(name) for name in ("Channel", "EventID", "event.rest")]
    if rows is not None:
        columns = [column.take(pa.array(rows, pa.int32())) for column in columns]
    channels, ids, rest = columns
    coded = ids.dictionary_encode()
    names = [*channels.dictionary.to_pylist(), None]
    numbers = [*map(str, coded.dictionary.to_pylist()), None]
    keys = _last(channels.indices, len(names)) * len(numbers) + _last(coded.indices, len(numbers))
    distinct, codes = distinct_of(keys, len(names) * len(numbers))
    found = [
        Kind(names[key // len(numbers)], numbers[key % len(numbers)], is_sure=True)
        for key in distinct.tolist()
    ]
    return _with_repeats(codes.astype(np.int32), found, rest)


def _last(indices: pa.Array, size: int) -> NDArray[np.int64]:
    """Return codes with the last one for null."""
    return codes_of(indices).astype(np.int64) % size


def _with_repeats(
    codes: NDArray[np.int32], found: list[Kind], rest: pa.ListArray
) -> tuple[NDArray[np.int32], list[Kind]]:
    """Give rows that hold a channel or event id once more, among their other fields, kinds of their own."""
    names = rest.values.field("name")
    known = names.dictionary.to_pylist()
    settled = [code for code, name in enumerate(known) if fold(name) in SETTLED]
    if not settled:
        return codes, found
    pairs = np.flatnonzero(np.isin(codes_of(names.indices), settled))
    rows = np.unique(np.searchsorted(rest.offsets.to_numpy(), pairs, side="right") - 1)
    positions: dict[Kind, int] = {}
    for row in rows[(rows >= 0) & (rows < len(codes))].tolist():  # few: such names are reserved
        kind = found[codes[row]]
        first: dict[str, str] = {}
        for pair in rest[row].as_py():
            first.setdefault(fold(pair["name"]), pair["value"])
        channel = first.get("channel") if kind.channel is None else kind.channel
        event_id = first.get("eventid") if kind.event_id is None else kind.event_id
        unsure = Kind(channel, event_id, is_sure=False)
        if unsure not in positions:
            positions[unsure] = len(found)
            found.append(unsure)
        codes[row] = positions[unsure]
    return codes, found


class Takers:
    """Which of some routes of one dataset take an event, told by its kind."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self.routes = list(dict.fromkeys(routes))
        self._ids = {str(number) for route in self.routes for number in route.event_ids}
        self._channels = {channel for route in self.routes for channel in route.channels}
        self._memory: dict[tuple[str, str], tuple[int, ...]] = {}

    def of(self, kind: Kind) -> tuple[int, ...]:
        """Return the positions of the routes that take events of a kind."""
        # Hostile logs may invent channels and event ids without end: what no route names is one.
        channel, event_id = fold(kind.channel or ""), kind.event_id or ""
        channel = channel if channel in self._channels else ""
        event_id = event_id if event_id in self._ids else ""
        found = self._memory.get((channel, event_id))
        if found is None:
            plain = Kind(channel or None, event_id or None, is_sure=True)
            found = tuple(i for i, route in enumerate(self.routes) if takes(route, plain))
            self._memory[channel, event_id] = found
        return found
