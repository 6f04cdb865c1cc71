"""The events of a case, cut into work for a hunt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gamekeeper.model.datasets import datasets
from gamekeeper.model.events import EventBatch
from gamekeeper.store.scan import groups_of, read
from gamekeeper.store.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gamekeeper.hunt.units import Key
    from gamekeeper.sources.base import Reading, ReadOptions
    from gamekeeper.store.layout import Layout
    from gamekeeper.store.records import StoredFile

#: Rows that a unit aims at: a second or a few of work.
UNIT_ROWS: Final = 262_144
#: A case takes a twentieth to a thirtieth of the bytes of its logs.
_SMALLER: Final = 25


@dataclass(frozen=True, slots=True)
class Piece:
    """Some row groups of a stored file."""

    path: str
    dataset: str
    groups: tuple[int, ...]
    size_bytes: int


@dataclass(frozen=True, slots=True)
class CaseUnit:
    """Pieces of stored files that one process reads in one go."""

    key: Key
    pieces: tuple[Piece, ...]
    selection: Selection

    @property
    def name(self) -> str:
        """The unit as a file name."""
        return ".".join(map(str, self.key))

    @property
    def size_bytes(self) -> int:
        """Bytes of stored files."""
        return sum(piece.size_bytes for piece in self.pieces)

    @property
    def log_bytes(self) -> int:
        """About the bytes that the events take in logs."""
        return self.size_bytes * _SMALLER

    def read(self, options: ReadOptions) -> Iterator[Reading]:  # noqa: ARG002 - events are read already
        """Yield the events, with the columns that their dataset declares."""
        for piece in self.pieces:
            names = datasets()[piece.dataset].schema.names
            path = Path(piece.path)
            found = read(path, piece.dataset, self.selection, names, piece.groups)
            # Unlike a loop, this does not hold on to one batch while the next one is read.
            yield from map(partial(_declared, names), found)

    def split(self) -> list[CaseUnit]:
        """Return the unit piece by piece; a piece group by group."""
        parts = list(self.pieces)
        if len(parts) == 1:
            (only,) = parts
            size = only.size_bytes // len(only.groups)
            parts = [replace(only, groups=(group,), size_bytes=size) for group in only.groups]
        return [replace(self, key=(*self.key, at), pieces=(part,)) for at, part in enumerate(parts)]


def _declared(names: Sequence[str], batch: EventBatch) -> EventBatch:
    return EventBatch(batch.dataset, batch.table.select(names))


def pack(layout: Layout, files: Iterable[StoredFile], selection: Selection) -> Iterator[CaseUnit]:
    """Yield units for files; the same files give the same units."""
    number = 0
    waiting: list[Piece] = []
    rows = 0
    for file in files:
        path = layout.path(file.path)
        for groups, count in groups_of(path, UNIT_ROWS):
            size = file.size_bytes * count // max(1, file.rows)
            waiting.append(Piece(str(path), file.dataset, groups, size))
            rows += count
            if rows >= UNIT_ROWS:
                yield CaseUnit((number,), tuple(waiting), selection)
                number += 1
                waiting, rows = [], 0
    if waiting:
        yield CaseUnit((number,), tuple(waiting), selection)
