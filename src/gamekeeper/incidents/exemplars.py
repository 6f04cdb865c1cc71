"""Events that stand for cells, in columns: those of matches, and behind them those that observations cite."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.incidents.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from gamekeeper.incidents.processes import Processes
    from gamekeeper.questions.searches import Ints, Rows

#: Source and offset of what no record shows.
NOWHERE: Final = -1
_PRINT: Final = 16
_ODD: Final = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class ExemplarRows:
    """Events of cells, one a row, in the order of the cells.

    ``filetimes`` are -1 where no time is known. ``highs`` and ``lows`` are the halves of fingerprints, which
    tell copies of one event, as numbers in the order of their bytes. ``tokens`` are codes into ``names``, -1
    where nothing is named; ``texts`` say of the last rows what the event is to an observation.
    """

    cells: Ints
    sources: Ints
    offsets: Ints
    filetimes: Ints
    highs: NDArray[np.uint64]
    lows: NDArray[np.uint64]
    tokens: Ints
    names: Sequence[Tokens] = ()
    texts: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.cells)

    def where(self, rows: NDArray[np.bool_] | Rows) -> ExemplarRows:
        """Return some of the rows, without texts."""
        return ExemplarRows(
            self.cells[rows],
            self.sources[rows],
            self.offsets[rows],
            self.filetimes[rows],
            self.highs[rows],
            self.lows[rows],
            self.tokens[rows],
            self.names,
        )

    def count(self, cell: int) -> int:
        """Return how many events stand for a cell."""
        # Of another type than the column the asked ones would make a copy of all of it.
        first, end = np.searchsorted(self.cells, np.array([cell, cell + 1], self.cells.dtype))
        return int(end - first)

    def fingerprint(self, row: int) -> bytes:
        """Return the fingerprint of one event."""
        return b"".join(int(half[row]).to_bytes(8, "big") for half in (self.highs, self.lows))

    def filetime(self, row: int) -> int | None:
        """Return the time of one event, None where it is not known."""
        time = int(self.filetimes[row])
        return None if time < 0 else time

    def event_id(self, row: int) -> str:
        """Return the id of one event, "" for what no record shows."""
        source = int(self.sources[row])
        return "" if source == NOWHERE else f"{source}:{self.offsets[row]}"

    def text(self, row: int) -> str:
        """Return what an event is to the observation that cites it; "" where nothing cites it."""
        at = row - (len(self) - len(self.texts))
        return self.texts[at] if at >= 0 else ""


def halves_of(fingerprints: pa.FixedSizeBinaryArray) -> NDArray[np.uint64]:
    """Return the two halves of each fingerprint, in an array (rows, 2), as numbers in the order of bytes."""
    start = fingerprints.offset * _PRINT
    raw = np.frombuffer(fingerprints.buffers()[1], np.uint8)
    raw = raw[start : start + len(fingerprints) * _PRINT]
    return raw.view(">u8").astype(np.uint64).reshape(-1, 2)


@dataclass(frozen=True, slots=True)
class Exemplars:
    """The exemplars of all cells, and what joins records of one event.

    ``starts`` are the processes that they are the starts of, -1 for none; ``units`` are equal for all records
    of one event, and mean nothing but to each other. ``apart`` are those of floods that are acts of
    their own.
    """

    rows: ExemplarRows
    starts: Ints
    units: Ints
    observed: NDArray[np.bool_]  # those that an observation cites
    spoken_of: NDArray[np.bool_]  # by unit: a rule spoke of it
    apart: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.rows)

    def nodes(self, acting: Ints) -> NDArray[np.int32]:
        """Return the process of each: the one that it is the start of, else the one that did it."""
        return np.where(self.starts >= 0, self.starts, acting).astype(np.int32)

    def pouring(self, cell: int) -> Rows:
        """Return the rows that stand for a cell and are no acts apart from its flood."""
        wanted = np.array([cell, cell + 1], self.rows.cells.dtype)
        first, end = np.searchsorted(self.rows.cells, wanted)
        found: Rows = first + np.flatnonzero(~self.apart[first:end])
        return found

    def is_matched(self, row: int) -> bool:
        """Say whether a rule spoke of the event of a row."""
        return bool(self.spoken_of[self.units[row]])


def exemplars_of(
    rows: ExemplarRows, processes: Processes, apart: NDArray[np.bool_] | None = None
) -> Exemplars:
    """Return exemplars with the processes that they start."""
    starts = processes.started_by(rows.sources, rows.offsets).astype(np.int32)
    observed = np.zeros(len(rows), np.bool_)
    observed[len(rows) - len(rows.texts) :] = True
    units = units_of(rows, starts)
    spoken_of = np.zeros(int(units.max(initial=-1)) + 1, np.bool_)
    spoken_of[units[~observed]] = True
    apart = np.zeros(len(rows), np.bool_) if apart is None else apart
    return Exemplars(rows, starts, units, observed, spoken_of, apart)


def units_of(rows: ExemplarRows, starts: Ints) -> NDArray[np.int32]:
    """Return a number for the event of each row: the process that it starts, else its fingerprint's."""
    # Two fingerprints are mixed to one number by chance once in 2^64.
    mixed = rows.highs ^ (rows.lows * _ODD)
    codes = np.unique(mixed, return_inverse=True)[1].astype(np.int32)
    behind = np.int32(starts.max(initial=-1) + 1)
    return np.where(starts >= 0, starts, codes + behind).astype(np.int32)


def joined_rows(first: ExemplarRows, second: ExemplarRows) -> ExemplarRows:
    """Return rows and others behind them; the texts are those of the others."""
    return ExemplarRows(
        cells=np.append(first.cells, second.cells),
        sources=np.append(first.sources, second.sources),
        offsets=np.append(first.offsets, second.offsets),
        filetimes=np.append(first.filetimes, second.filetimes),
        highs=np.append(first.highs, second.highs),
        lows=np.append(first.lows, second.lows),
        tokens=np.append(first.tokens, second.tokens),
        names=first.names,
        texts=second.texts,
    )
