"""Counts over events: hosts, channels, the first and the last moment. Sums of parts are exact."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow.compute as pc

if TYPE_CHECKING:
    import pyarrow as pa

    from gamekeeper.model.events import EventBatch

#: Distinct names that are kept apart; a hostile file may invent them without end.
_NAMES: Final = 65_536
#: What the names beyond that are counted under.
OTHERS: Final = "(other names)"


@dataclass(slots=True)
class Census:
    """Who and when, of the events that took part."""

    hosts: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    first: int | None = None
    last: int | None = None

    def add(self, batch: EventBatch) -> None:
        """Count the events of a batch; an absent name is not counted."""
        _count(self.hosts, batch.table.column("Computer"))
        _count(self.channels, batch.table.column("Channel"))
        ends = pc.min_max(batch.table.column("event.filetime"))
        self._stretch(ends["min"].as_py(), ends["max"].as_py())

    def merge(self, other: Census) -> None:
        """Add the counts of other events."""
        for mine, theirs in ((self.hosts, other.hosts), (self.channels, other.channels)):
            for name, count in theirs.items():
                mine[name] += count
            _prune(mine)
        self._stretch(other.first, other.last)

    def _stretch(self, first: int | None, last: int | None) -> None:
        firsts = [time for time in (self.first, first) if time is not None]
        lasts = [time for time in (self.last, last) if time is not None]
        self.first = min(firsts, default=None)
        self.last = max(lasts, default=None)


def _count(counts: Counter[str], column: pa.DictionaryArray) -> None:
    codes = column.indices.drop_null().to_numpy()
    names = column.dictionary.to_pylist()
    sums = np.bincount(codes, minlength=len(names)).tolist()
    for name, count in zip(names, sums, strict=True):
        if count and name:
            counts[name] += count
    _prune(counts)


def _prune(counts: Counter[str]) -> None:
    """Keep the names that sort first: the same ones in whatever order events are counted."""
    if len(counts) <= _NAMES:
        return
    for name in sorted(counts.keys() - {OTHERS})[_NAMES - 1 :]:
        counts[OTHERS] += counts.pop(name)


def ranked(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    """Return one entry a name whatever its case, the spelling met most often, most events first."""
    spellings: dict[str, Counter[str]] = {}
    for name, count in counts.items():
        spellings.setdefault(name.lower(), Counter())[name] += count
    rows = [
        (min(same.items(), key=lambda item: (-item[1], item[0]))[0], same.total())
        for same in spellings.values()
    ]
    return tuple(sorted(rows, key=lambda row: (-row[1], row[0])))
