"""Reads ranges of EVTX files into batches; batches span chunks and files.

Chunks fill a buffer; when it is full its records are located, decoded by the kernels and accounted for.
What the kernels decline goes to the slow truth, record by record. For every chunk
``events + rejects == records present`` holds, where *present* comes from :mod:`presence`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.model.build import BatchBuilder
from gamekeeper.model.events import RecordState
from gamekeeper.model.rejects import RAW_LIMIT_BYTES, Reject, Tally
from gamekeeper.sources.evtx import kernels as k
from gamekeeper.sources.evtx.chunks import (
    ChunkHeaders,
    describe_file_header,
    read_headers,
)
from gamekeeper.sources.evtx.columns import BatchMaker, Frame
from gamekeeper.sources.evtx.layout import CHUNK_MAGIC, FILE_HEADER_BYTES
from gamekeeper.sources.evtx.paranoia import compare
from gamekeeper.sources.evtx.tables import CHUNKS, Tables, make_tables, reset, start
from gamekeeper.sources.evtx.truth import BinXmlError, decode_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from io import FileIO

    from numpy.typing import NDArray

    from gamekeeper.model.events import EventBatch
    from gamekeeper.sources.base import Range, Reading, ReadOptions

_LEAST_RECORD: Final = 28


@cache
def _workshop() -> tuple[Tables, BatchMaker]:
    """Return the process's tables and batch maker; they cost memory and a second, once."""
    tables = make_tables()
    return tables, BatchMaker(tables)


def forget() -> None:
    """Forget the names of earlier files, as a new process would; for measuring."""
    tables, maker = _workshop()
    start(tables)
    maker.forget_names()


@dataclass(slots=True)
class _Account:
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
    header: dict[str, object] = field(default_factory=dict)  # the file's own, with its first range

    def tally(self) -> Tally:
        evidence: dict[str, object] = {"chunks": self.chunks}
        if self.header:
            evidence["file_header"] = self.header
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


@dataclass(frozen=True, slots=True)
class _Slot:
    """One chunk in the buffer."""

    account: _Account
    offset: int
    size: int


class EvtxReader:
    """Reads ranges, in order, with bounded memory."""

    def __init__(self, options: ReadOptions) -> None:
        self._options = options
        self._checksums = options.settings.get("checksums") != "no"
        self._tables, self._maker = _workshop()
        self._status = np.zeros(k.MAX_ROWS, np.uint8)
        self._slots: list[_Slot] = []

    def read(self, ranges: Sequence[Range]) -> Iterator[Reading]:
        """Yield the ranges' events, rejects and tallies."""
        waiting: list[_Account] = []
        for one in ranges:
            account = _Account(one)
            waiting.append(account)
            for full in self._fill(account):
                if full:
                    yield from self._empty()
                    for done in waiting[:-1]:
                        yield done.tally()
                    del waiting[:-1]
        yield from self._empty()
        for account in waiting:
            yield account.tally()

    def _fill(self, account: _Account) -> Iterator[bool]:
        """Read a range chunk by chunk into the buffer; yield True whenever it has become full."""
        one = account.range
        buffer = self._tables.buf.data
        try:
            with open(one.origin.local, "rb", buffering=0) as stream:  # noqa: PTH123 - half the calls
                offset = one.start or self._file_header(account, stream)
                stream.seek(offset)
                while offset < one.stop:
                    at = len(self._slots) * k.CHUNK
                    room = min(self._tables.chunks * k.CHUNK - at, one.stop - offset)
                    size = stream.readinto(buffer[at : at + room]) or 0
                    if size == 0:
                        break
                    self._enter(account, offset, size)
                    offset += size
                    yield len(self._slots) == self._tables.chunks
        except OSError as error:
            account.notes[f"reading stopped ({error.strerror})"] += 1

    def _file_header(self, account: _Account, stream: FileIO) -> int:
        """Keep the file's own header as evidence; return where the first chunk stands."""
        head = stream.read(FILE_HEADER_BYTES) or b""
        if head.startswith(CHUNK_MAGIC):
            return 0
        account.header = describe_file_header(head)
        return FILE_HEADER_BYTES

    def _enter(self, account: _Account, offset: int, size: int) -> None:
        start = len(self._slots) * k.CHUNK
        for at in range(0, size, k.CHUNK):
            length = min(k.CHUNK, size - at)
            if length < k.CHUNK:
                self._tables.buf[start + at + length : start + at + k.CHUNK] = 0
            self._slots.append(_Slot(account, offset + at, length))

    def _empty(self) -> Iterator[Reading]:
        """Decode what the buffer holds and account for it."""
        if not self._slots:
            return
        headers = read_headers(self._tables.buf, [slot.size for slot in self._slots])
        records, states = self._locate(headers)
        decoded = np.zeros(len(self._slots), np.int64)
        slow = _SlowPath(self, records, states)
        yield from self._decode(records, states, decoded, slow)
        yield from slow.finish(decoded)
        yield from self._account(headers, records, states, decoded, slow.lost)
        self._slots.clear()

    def _locate(self, headers: ChunkHeaders) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
        """Return the records as the kernel writes them, and how each was found."""
        spans: list[tuple[int, int, int]] = []
        states: list[RecordState] = []
        recover = self._options.recover
        stops = headers.stop.tolist()
        for chunk, is_chunk in enumerate(headers.is_chunk.tolist()):
            base, live = chunk * k.CHUNK, stops[chunk]
            if is_chunk:
                spans.append((chunk, base + 512, base + live))
                states.append(RecordState.LIVE)
            if recover and not headers.is_blank[chunk]:
                start = live if is_chunk else 0
                spans.append((chunk, base + start, base + self._slots[chunk].size))
                states.append(RecordState.STALE if is_chunk else RecordState.CARVED)
        found = np.array(spans, np.int64).reshape(-1, 3)
        room = int((found[:, 2] - found[:, 1]).sum()) // _LEAST_RECORD + len(found)
        records = np.empty((room, 4), np.int64)
        count = k.locate(self._tables.at[0], found, records)
        records = records[:count].copy()
        return records, np.array(states, np.int8)[records[:, 3]]

    def _decode(
        self,
        records: NDArray[np.int64],
        states: NDArray[np.int8],
        decoded: NDArray[np.int64],
        slow: _SlowPath,
    ) -> Iterator[Reading]:
        """Decode live records by kernel; those that it declines, and all others, by the slow truth.

        Stale and carved records lean on templates and names that may have been overwritten: only the
        slow truth looks whether they were.
        """
        source = np.array([s.account.range.origin.number for s in self._slots], np.int32)
        frame = Frame(source, np.array([s.offset for s in self._slots], np.int64))
        tables, first = self._tables, 0
        live = np.flatnonzero(states == RecordState.LIVE)
        wanted = np.ascontiguousarray(records[live])
        while first < len(wanted):
            reset(tables)
            stop, rows = k.decode(*tables.at, wanted, first, 0, self._status)
            fine = wanted[first:stop][self._status[:rows] == k.OK, 0]
            decoded += np.bincount(fine, minlength=len(decoded))
            for batch in self._maker.make(rows, frame):
                if self._options.paranoid:
                    compare(batch, self._chunk_of)
                yield batch
            self._note_times(rows)
            for row in np.flatnonzero(self._status[:rows] == k.DECLINED):
                yield from slow.take(int(live[first + row]), decoded)
            first = stop
        for record in np.flatnonzero(states != RecordState.LIVE):
            yield from slow.take(int(record), decoded)

    def _chunk_of(self, source: int, offset: int) -> tuple[bytes, int]:
        """Return the buffered chunk that holds a byte of a file, and the chunk's place there."""
        for number, slot in enumerate(self._slots):
            inside = slot.offset <= offset < slot.offset + slot.size
            if inside and slot.account.range.origin.number == source:
                return self.chunk_bytes(number), slot.offset
        raise LookupError(offset)

    def chunk_bytes(self, number: int) -> bytes:
        """Return one chunk of the buffer."""
        start = number * k.CHUNK
        return self._tables.buf[start : start + self._slots[number].size].tobytes()

    def slot(self, number: int) -> _Slot:
        """Return where one chunk of the buffer comes from."""
        return self._slots[number]

    def _note_times(self, rows: int) -> None:
        table = self._tables.rows[:rows]
        timeless = (table[:, k.ROW_DS] >= 0) & (table[:, k.ROW_HEADER_TIME] == 1)
        for chunk in table[timeless, k.ROW_CHUNK]:
            self._slots[chunk].account.notes["events with the record header's time only"] += 1

    def _account(
        self,
        headers: ChunkHeaders,
        records: NDArray[np.int64],
        states: NDArray[np.int8],
        decoded: NDArray[np.int64],
        lost: NDArray[np.int64],
    ) -> Iterator[Reject]:
        """Close every chunk's account; what is present and was neither read nor rejected is rejected."""
        live = records[states == RecordState.LIVE]
        known = decoded + lost
        present = np.maximum(headers.present, known)
        rows = zip(self._slots, present.tolist(), known.tolist(), decoded.tolist(), strict=True)
        for number, (slot, there, counted, events) in enumerate(rows):
            account = slot.account
            account.chunks += 1
            account.present += there
            account.events += events
            account.rejects += there - events
            self._note_header(headers, number)
            if there > counted or headers.is_foreign[number]:
                own = live[live[:, 0] == number]
                yield self._reject_rest(headers, number, own, there - counted)

    def _note_header(self, headers: ChunkHeaders, number: int) -> None:
        slot = self._slots[number]
        fault = headers.fault(self._tables.buf, number, checksums=self._checksums)
        if fault:
            slot.account.faults.append({"offset": slot.offset, **fault})
        if headers.is_chunk[number] and headers.claimed[number] > 0:
            first, last = headers.numbers[number]
            runs = slot.account.runs
            if runs and runs[-1][1] + 1 == first:
                runs[-1][1] = last
            else:
                runs.append([first, last])

    def _reject_rest(
        self, headers: ChunkHeaders, number: int, records: NDArray[np.int64], missing: int
    ) -> Reject:
        slot = self._slots[number]
        base = number * k.CHUNK
        if not headers.is_chunk[number]:
            at, reason = 0, "bad_chunk"
            detail = "the chunk's header is damaged; --recover searches it for records"
        else:
            stops = records[:, 1] + records[:, 2] - base
            ends = np.concatenate([[512], stops])
            starts = np.concatenate([records[:, 1] - base, [headers.stop[number]]])
            gaps = np.flatnonzero(starts > ends)
            at = int(ends[gaps[0]]) if len(gaps) else int(ends[-1])
            reason = "damaged_records" if len(gaps) else "missing_records"
            detail = (
                f"{len(gaps)} place(s) in the chunk hold no whole record"
                if len(gaps)
                else "the chunk's header names more records than it holds"
            )
        raw = self._tables.buf[base + at : base + min(at + RAW_LIMIT_BYTES, slot.size)]
        return Reject(
            slot.account.range.origin.number,
            slot.offset + at,
            reason,
            detail,
            count=missing,
            raw=raw.tobytes(),
        )


class _SlowPath:
    """Takes the records that the kernels decline to the slow truth."""

    def __init__(
        self, reader: EvtxReader, records: NDArray[np.int64], states: NDArray[np.int8]
    ) -> None:
        self._reader = reader
        self._records = records
        self._states = states
        self._builder = BatchBuilder()
        self._chunk = (-1, b"")
        self.lost: NDArray[np.int64] = np.zeros(CHUNKS, np.int64)

    def take(self, record: int, decoded: NDArray[np.int64]) -> Iterator[Reading]:
        """Decode one record; yield a batch that it completes, or its reject."""
        number, at, size = (int(x) for x in self._records[record, :3])
        if self._chunk[0] != number:
            self._chunk = (number, self._reader.chunk_bytes(number))
        slot = self._reader.slot(number)
        source = slot.account.range.origin.number
        offset = at - number * k.CHUNK
        state = RecordState(int(self._states[record]))
        chunk = self._chunk[1]
        try:
            event = decode_record(chunk, offset, source=source, base=slot.offset, state=state)
        except BinXmlError as error:
            if state is not RecordState.LIVE:
                slot.account.notes["recoverable records that cannot be decoded"] += 1
                return
            self.lost[number] += 1
            raw = chunk[offset : offset + min(size, RAW_LIMIT_BYTES)]
            record_id = int.from_bytes(chunk[offset + 8 : offset + 16], "little", signed=True)
            yield Reject(
                source, slot.offset + offset, "bad_record", str(error), record_id=record_id, raw=raw
            )
            return
        if state is RecordState.LIVE:
            decoded[number] += 1
        else:
            slot.account.recovered += 1
        yield from self._builder.add(event)

    def finish(self, decoded: NDArray[np.int64]) -> Iterator[EventBatch]:
        """Yield the batches that are still open."""
        self.lost = self.lost[: len(decoded)]
        yield from self._builder.flush()
