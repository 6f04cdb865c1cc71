"""How the input is cut into work: small files together, big ones in pieces, always the same way.

A unit is read in one go by one process. Readers learn (templates, shapes) as they go and batches may
span files, so many small files in one unit are read far quicker than one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Final, Protocol

from gamekeeper.sources import registry
from gamekeeper.sources.base import Range
from gamekeeper.sources.salvage import Divisible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gamekeeper.sources.base import Reading, ReadOptions

#: Bytes that a unit aims at: seconds of work, and what a crash costs before the culprit is found.
UNIT_BYTES: Final = 16 << 20
#: Files of a unit, however small: each costs something to open.
UNIT_FILES: Final = 512

Key = tuple[int, ...]


class Work(Protocol):
    """A unit of work for a hunt: events that one process reads in one go."""

    @property
    def key(self) -> Key:
        """Orders units: (n,), and its parts (n, 0), (n, 1), …"""

    @property
    def name(self) -> str:
        """The unit as a file name."""

    @property
    def size_bytes(self) -> int:
        """Bytes of input."""

    @property
    def log_bytes(self) -> int:
        """About the bytes that its events take in logs: what time they may need goes by that."""

    def read(self, options: ReadOptions) -> Iterator[Reading]:
        """Yield what is in the unit."""

    def split(self) -> Sequence[Work]:
        """Return the parts of a unit that killed its worker; itself where it has none."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Ranges of one format. ``key`` orders units: (n,), and its parts (n, 0), (n, 1), …"""

    key: Key
    format: str
    ranges: tuple[Range, ...]

    @property
    def size_bytes(self) -> int:
        """Bytes of input."""
        return sum(part.stop - part.start for part in self.ranges)

    @property
    def log_bytes(self) -> int:
        """The same."""
        return self.size_bytes

    @property
    def name(self) -> str:
        """The unit as a file name."""
        return ".".join(map(str, self.key))

    def read(self, options: ReadOptions) -> Iterator[Reading]:
        """Yield what is in the ranges."""
        return registry.source(self.format).read(self.ranges, options)

    def split(self) -> list[Unit]:
        """Return the unit file by file; one file range by range; one range as its format divides it."""
        pieces = [
            tuple(ranges) for _, ranges in groupby(self.ranges, lambda part: part.origin.number)
        ]
        if len(pieces) == 1:
            pieces = [(part,) for part in self.ranges]
        if len(pieces) == 1:
            pieces = [(part,) for part in _divided(self.format, self.ranges[0])]
        if len(pieces) == 1:
            return [self]
        return [Unit((*self.key, at), self.format, piece) for at, piece in enumerate(pieces)]


def _divided(name: str, part: Range) -> list[Range]:
    source = registry.source(name)
    return source.divide(part) if isinstance(source, Divisible) else [part]


@dataclass(slots=True)
class _Open:
    """A unit that still takes ranges."""

    ranges: list[Range] = field(default_factory=list)
    size_bytes: int = 0
    files: int = 0


def pack(parts: Iterable[tuple[str, list[Range]]], unit_bytes: int | None = None) -> Iterator[Unit]:
    """Yield units for files given as (format, ranges in order); the same files give the same units."""
    limit = unit_bytes or UNIT_BYTES
    waiting: dict[str, _Open] = {}
    number = 0
    for name, ranges in parts:
        unit = waiting.setdefault(name, _Open())
        unit.files += 1
        for part in ranges:
            size = part.stop - part.start
            if unit.ranges and (unit.size_bytes + size > limit or unit.files > UNIT_FILES):
                yield Unit((number,), name, tuple(unit.ranges))
                number += 1
                unit = waiting[name] = _Open(files=1)
            unit.ranges.append(part)
            unit.size_bytes += size
    for name, unit in waiting.items():
        if unit.ranges:
            yield Unit((number,), name, tuple(unit.ranges))
            number += 1
