"""The chunks of a buffer and the accounts of the ranges that they come from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gamekeeper.model.rejects import Tally
from gamekeeper.sources.evtx.chunks import describe_file_header
from gamekeeper.sources.evtx.layout import CHUNK_BYTES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gamekeeper.sources.base import Range
    from gamekeeper.sources.evtx.chunks import ChunkHeaders
    from gamekeeper.sources.evtx.decoder import Job


@dataclass(slots=True)
class Account:
    """What one range has given so far."""

    range: Range
    present: int = 0
    events: int = 0
    rejects: int = 0
    recovered: int = 0
    chunks: int = 0
    notes: Counter[str] = field(default_factory=Counter)
    faults: list[dict[str, object]] = field(default_factory=list)
    runs: list[list[int]] = field(default_factory=list)  # [first, last] record numbers, contiguous
    head: bytes = b""  # the file's own header, with its first range

    def tally(self) -> Tally:
        """Close the account."""
        evidence: dict[str, object] = {"chunks": self.chunks}
        if self.head:
            evidence["file_header"] = describe_file_header(self.head)
        if self.faults:
            evidence["chunk_faults"] = self.faults
        if self.runs:
            evidence["record_numbers"] = self.runs
        notes = tuple(f"{text}: {count}" for text, count in sorted(self.notes.items()))
        return Tally(
            self.range.origin.number,
            self.present,
            self.events,
            self.rejects,
            recovered=self.recovered,
            fidelity="lossless",
            shape="evtx",
            notes=notes,
            evidence=evidence,
        )

    def add_run(self, first: int, last: int) -> None:
        """Note a chunk's record numbers; they go on the latest run where they follow it."""
        if self.runs and self.runs[-1][1] + 1 == first:
            self.runs[-1][1] = last
        else:
            self.runs.append([first, last])


class Slots:
    """Which chunk of a job's buffer comes from where; fills the job's tables."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._view = job.buf.data
        self._capacity = len(job.buf) // CHUNK_BYTES * CHUNK_BYTES
        self._count = 0
        self._parts: list[tuple[Account, int, int, int]] = []  # account, first slot, offset, bytes

    def __len__(self) -> int:
        return self._count

    def clear(self) -> None:
        """Forget the chunks; the buffer is filled anew."""
        self._count = 0
        self._parts.clear()
        self._job.begin()

    def room(self, wanted: int) -> memoryview:
        """Return the part of the buffer that takes the next chunks, ``wanted`` bytes at the most."""
        at = self._count * CHUNK_BYTES
        return self._view[at : min(self._capacity, at + wanted)]

    @property
    def is_full(self) -> bool:
        """Whether the buffer has no room for another chunk."""
        return self._count * CHUNK_BYTES == self._capacity

    def enter(self, account: Account, offset: int, size: int) -> None:
        """Take ``size`` bytes, just read, for chunks; a last one that is cut short is filled with zeros."""
        first, self._count = self._count, self._count - -size // CHUNK_BYTES
        self._parts.append((account, first, offset, size))
        job, stop = self._job, self._count
        job.sources[first:stop] = account.range.origin.number
        job.offsets[first:stop] = range(offset, offset + size, CHUNK_BYTES)
        job.sizes[first:stop] = CHUNK_BYTES
        if size % CHUNK_BYTES:
            job.buf[first * CHUNK_BYTES + size : stop * CHUNK_BYTES] = 0
            job.sizes[stop - 1] = size % CHUNK_BYTES

    def _part(self, number: int) -> tuple[Account, int, int, int]:
        return next(part for part in reversed(self._parts) if part[1] <= number)

    def account(self, number: int) -> Account:
        """Return the account of a chunk's range."""
        return self._part(number)[0]

    def place(self, number: int) -> tuple[int, int]:
        """Return the number of a chunk's file and the chunk's first byte there."""
        return int(self._job.sources[number]), int(self._job.offsets[number])

    def bytes_of(self, number: int) -> bytes:
        """Return what the file has of a chunk."""
        start = number * CHUNK_BYTES
        return self._job.buf[start : start + int(self._job.sizes[number])].tobytes()

    def note_header_times(self, chunks: NDArray[np.int64]) -> None:
        """Note, for each record's chunk, that the event has its record header's time only."""
        for number in chunks.tolist():
            self.account(number).notes["events with the record header's time only"] += 1

    def close(
        self, headers: ChunkHeaders, present: NDArray[np.int64], events: NDArray[np.int64]
    ) -> None:
        """Add the chunks' counts, faults and record numbers to their accounts."""
        there, read = present.tolist(), events.tolist()
        numbers = headers.numbers.tolist()
        has_numbers = ((headers.claimed > 0) & headers.is_chunk).tolist()
        has_fault = headers.has_fault.tolist()
        for account, first, offset, size in self._parts:
            stop = first + -(-size // CHUNK_BYTES)
            count = sum(there[first:stop])
            own = sum(read[first:stop])
            account.chunks += stop - first
            account.present += count
            account.events += own
            account.rejects += count - own
            for number in range(first, stop):
                if has_fault[number] and (fault := headers.fault(number)):
                    place = offset + (number - first) * CHUNK_BYTES
                    account.faults.append({"offset": place, **fault})
                if has_numbers[number]:
                    account.add_run(*numbers[number])
