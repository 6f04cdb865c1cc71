"""The buffer's chunks and the accounts of the ranges that they come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np

from gamekeeper.model.rejects import Tally
from gamekeeper.sources.evtx.chunks import describe_file_header
from gamekeeper.sources.evtx.layout import CHUNK_BYTES
from gamekeeper.sources.evtx.structure import Structure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gamekeeper.sources.base import Range
    from gamekeeper.sources.evtx.chunks import ChunkHeaders


@dataclass(slots=True)
class Account:
    """What one range has given so far. As a context it notes a file that cannot be read any further."""

    range: Range
    present: int = 0
    events: int = 0
    rejects: int = 0
    recovered: int = 0
    chunks: int = 0
    notes: dict[str, int] = field(default_factory=dict)
    faults: list[dict[str, object]] = field(default_factory=list)
    runs: list[list[int]] = field(default_factory=list)  # [first, last] record numbers, contiguous
    head: bytes = b""  # the file's own header, with its first range
    structure: Structure = field(default_factory=Structure)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if isinstance(error, OSError):
            self.note(f"reading stopped ({error.strerror})")
            return True
        return False

    def tally(self) -> Tally:
        """Close the account."""
        evidence: dict[str, object] = {"chunks": self.chunks}
        if self.head:
            evidence["file_header"] = describe_file_header(self.head)
            if self.range.origin.modified is not None:
                evidence["modified"] = self.range.origin.modified
        if self.faults:
            evidence["chunk_faults"] = self.faults
        if self.runs:
            evidence["record_numbers"] = self.runs
        evidence |= self.structure.evidence()
        notes = [f"{text}: {count}" for text, count in sorted(self.notes.items())]
        return Tally(
            self.range.origin.number,
            self.present,
            self.events,
            self.rejects,
            recovered=self.recovered,
            fidelity="lossless",
            shape="evtx",
            notes=tuple(notes),
            evidence=evidence,
        )

    def note(self, text: str, count: int = 1) -> None:
        """Note something of the file that people should know, so many times more."""
        self.notes[text] = self.notes.get(text, 0) + count

    def add_run(self, first: int, last: int) -> None:
        """Note a chunk's record numbers; they go on the latest run where they follow it."""
        if self.runs and self.runs[-1][1] + 1 == first:
            self.runs[-1][1] = last
        else:
            self.runs.append([first, last])


class Slots:
    """Which chunk of the buffer comes from where; the buffer itself belongs to the reader."""

    def __init__(self, buf: NDArray[np.uint8]) -> None:
        self.buf = buf
        self._view = buf.data
        self._capacity = len(buf) // CHUNK_BYTES * CHUNK_BYTES
        self._count = 0
        #: Bytes of each chunk that its file has.
        self.sizes = np.full(len(buf) // CHUNK_BYTES, CHUNK_BYTES, np.int64)
        self._parts: list[tuple[Account, int, int, int]] = []  # account, first slot, offset, bytes

    def __len__(self) -> int:
        return self._count

    def clear(self) -> None:
        """Forget the chunks; the buffer is filled anew."""
        self._count = 0
        self._parts.clear()
        self.sizes.fill(CHUNK_BYTES)

    def room(self, wanted: int) -> memoryview:
        """Return the part of the buffer that takes the next chunks, ``wanted`` bytes at the most."""
        at = self._count * CHUNK_BYTES
        return self._view[at : min(self._capacity, at + wanted)]

    def enter(self, account: Account, offset: int, size: int) -> None:
        """Take ``size`` bytes, just read, for chunks; a last one that is cut short is filled with zeros."""
        self._parts.append((account, self._count, offset, size))
        start = self._count * CHUNK_BYTES
        self._count += -(-size // CHUNK_BYTES)
        if size % CHUNK_BYTES:
            self.buf[start + size : self._count * CHUNK_BYTES] = 0
            self.sizes[self._count - 1] = size % CHUNK_BYTES

    @property
    def sources(self) -> NDArray[np.int32]:
        """Number of each chunk's file."""
        numbers = [account.range.origin.number for account, *_ in self._parts]
        return np.repeat(np.array(numbers, np.int32), self._lengths())

    @property
    def offsets(self) -> NDArray[np.int64]:
        """Each chunk's first byte in its file."""
        starts = np.array([offset - first * CHUNK_BYTES for _, first, offset, _ in self._parts])
        return np.repeat(starts, self._lengths()) + np.arange(self._count) * CHUNK_BYTES

    def _lengths(self) -> list[int]:
        return [-(-size // CHUNK_BYTES) for *_, size in self._parts]

    def parts(self) -> Iterator[tuple[Account, int, int, int]]:
        """Yield the stretches that were read at once: account, first chunk, behind the last, its offset."""
        for account, first, offset, size in self._parts:
            yield account, first, first + -(-size // CHUNK_BYTES), offset

    def _part(self, number: int) -> tuple[Account, int, int, int]:
        return next(part for part in reversed(self._parts) if part[1] <= number)

    def account(self, number: int) -> Account:
        """Return the account of a chunk's range."""
        return self._part(number)[0]

    def place(self, number: int) -> tuple[int, int]:
        """Return the number of a chunk's file and the chunk's first byte there."""
        account, first, offset, _ = self._part(number)
        return account.range.origin.number, offset + (number - first) * CHUNK_BYTES

    def bytes_of(self, number: int) -> bytes:
        """Return what the file has of a chunk."""
        _, first, _, size = self._part(number)
        length = min(CHUNK_BYTES, size - (number - first) * CHUNK_BYTES)
        return self.buf[number * CHUNK_BYTES : number * CHUNK_BYTES + length].tobytes()

    def chunk_of(self, source: int, offset: int) -> tuple[bytes, int]:
        """Return the buffered chunk that holds a byte of a file, and the chunk's place there."""
        for account, first, start, size in self._parts:
            if account.range.origin.number == source and start <= offset < start + size:
                inside = (offset - start) // CHUNK_BYTES
                return self.bytes_of(first + inside), start + inside * CHUNK_BYTES
        raise LookupError(offset)

    def note_header_times(self, chunks: NDArray[np.int64]) -> None:
        """Note, for each record's chunk, that the event has its record header's time only."""
        for number in chunks.tolist():
            self.account(number).note("events with the record header's time only")

    def close(
        self, headers: ChunkHeaders, present: NDArray[np.int64], events: NDArray[np.int64]
    ) -> None:
        """Add the chunks' counts, faults and record numbers to their accounts."""
        there, read = present.tolist(), events.tolist()
        numbers = headers.numbers.tolist()
        has_numbers = ((headers.claimed > 0) & headers.is_chunk).tolist()
        has_fault = headers.has_fault.tolist()
        for account, first, stop, offset in self.parts():
            count = sum(there[first:stop])
            own = sum(read[first:stop])
            account.chunks += stop - first
            account.present += count
            account.events += own
            account.rejects += count - own
            for number in range(first, stop):
                if has_fault[number] and (fault := headers.fault(number)):
                    place = offset + (number - first) * CHUNK_BYTES
                    account.faults.append({"offset": place, **fault, **headers.holds(number)})
                if has_numbers[number]:
                    account.add_run(*numbers[number])
