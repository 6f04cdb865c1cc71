"""Reads ranges of EVTX files into batches; batches span chunks and files.

Chunks fill a buffer; when it is full its records are located, decoded and accounted for. What the decoder
declines goes to the slow truth, record by record. For every chunk ``events + rejects == records present``
holds, where *present* comes from a search that shares nothing with the decoder.
"""

from __future__ import annotations

from functools import cache
from io import FileIO
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.model.events import RecordState
from gamekeeper.model.rejects import RAW_LIMIT_BYTES, Reject
from gamekeeper.sources.evtx.accounts import Account, Slots
from gamekeeper.sources.evtx.chunks import ChunkHeaders, read_headers
from gamekeeper.sources.evtx.decoder import CHUNK, GUARD, Status, decoder, locate
from gamekeeper.sources.evtx.layout import CHUNK_HEADER_BYTES, CHUNK_MAGIC, FILE_HEADER_BYTES
from gamekeeper.sources.evtx.paranoia import compare
from gamekeeper.sources.evtx.slow import SlowPath

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from gamekeeper.sources.base import Range, Reading, ReadOptions

#: Chunks that one batch is decoded from: 16 MiB. Small batches spend their time on Arrow's arrays.
CHUNKS: Final = 256


@cache
def _buffer() -> NDArray[np.uint8]:
    """Return the process's buffer of chunks."""
    return np.zeros(CHUNKS * CHUNK + GUARD, np.uint8)


class EvtxReader:
    """Reads ranges, in order, with bounded memory."""

    def __init__(self, options: ReadOptions) -> None:
        self._options = options
        self._checksums = options.settings.get("checksums") != "no"
        self._buf = _buffer()
        self._slots = Slots(self._buf)
        self._head = bytearray(FILE_HEADER_BYTES)

    def read(self, ranges: Sequence[Range]) -> Iterator[Reading]:
        """Yield the ranges' events, rejects and tallies."""
        waiting: list[Account] = []
        for one in ranges:
            account = Account(one)
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

    def _fill(self, account: Account) -> Iterator[bool]:
        """Read a range chunk by chunk into the buffer; yield True whenever it has become full."""
        one = account.range
        try:
            with FileIO(one.origin.local) as stream:  # half the calls of a buffered one
                offset = one.start or self._file_header(account, stream)
                if one.start:
                    stream.seek(offset)
                while offset < one.stop:
                    size = stream.readinto(self._slots.room(one.stop - offset)) or 0
                    if size == 0:
                        break
                    self._slots.enter(account, offset, size)
                    offset += size
                    yield len(self._slots) == CHUNKS
        except OSError as error:
            account.notes[f"reading stopped ({error.strerror})"] += 1

    def _file_header(self, account: Account, stream: FileIO) -> int:
        """Keep the file's own header as evidence; return where the first chunk stands."""
        size = stream.readinto(self._head) or 0
        if self._head.startswith(CHUNK_MAGIC):
            stream.seek(0)
            return 0
        account.head = bytes(self._head[: min(size, 128)])
        return FILE_HEADER_BYTES

    def _empty(self) -> Iterator[Reading]:
        """Decode what the buffer holds and account for it."""
        if not len(self._slots):
            return
        headers = read_headers(self._buf, self._slots.sizes, checksums=self._checksums)
        records, states = self._locate(headers)
        slow = SlowPath(self._slots, records, states)
        decoded = np.zeros(len(self._slots), np.int64)
        yield from self._decode(records, states, decoded, slow)
        yield from slow.finish()
        yield from self._account(headers, records[states == RecordState.LIVE], decoded, slow)
        self._slots.clear()

    def _locate(self, headers: ChunkHeaders) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
        """Return the records of the buffer, and how each was found."""
        chunks = np.flatnonzero(headers.is_chunk)
        base = chunks * CHUNK
        spans = np.stack([chunks, base + CHUNK_HEADER_BYTES, base + headers.stop[chunks]], 1)
        if not self._options.recover:
            found = locate(self._buf, np.ascontiguousarray(spans))
            return found, np.zeros(len(found), np.int8)
        rows = [(*span, RecordState.LIVE) for span in spans.tolist()]
        sizes = self._slots.sizes.tolist()
        for chunk in np.flatnonzero(~headers.is_blank).tolist():
            is_chunk = headers.is_chunk[chunk]
            start = int(headers.stop[chunk]) if is_chunk else 0
            state = RecordState.STALE if is_chunk else RecordState.CARVED
            rows.append((chunk, chunk * CHUNK + start, chunk * CHUNK + sizes[chunk], state))
        table = np.array(sorted(rows), np.int64).reshape(-1, 4)
        found = locate(self._buf, np.ascontiguousarray(table[:, :3]))
        return found, table[found[:, 3], 3].astype(np.int8)

    def _decode(
        self,
        records: NDArray[np.int64],
        states: NDArray[np.int8],
        decoded: NDArray[np.int64],
        slow: SlowPath,
    ) -> Iterator[Reading]:
        """Decode live records; those that the decoder declines, and all others, by the slow truth.

        Stale and carved records lean on templates and names that may have been overwritten: only the
        slow truth looks whether they were.
        """
        live = np.flatnonzero(states == RecordState.LIVE)
        wanted = records if len(live) == len(records) else records[live]
        status = np.zeros(len(wanted), np.uint8)
        sources, offsets = self._slots.sources, self._slots.offsets
        first = 0
        while first < len(wanted):
            stop = decoder().decode(self._buf, wanted, first, status)
            for batch in decoder().batches(sources, offsets):
                if self._options.paranoid:
                    compare(batch, self._slots.chunk_of)
                yield batch
            for row in np.flatnonzero(status[first:stop] == Status.DECLINED).tolist():
                yield from slow.take(int(live[first + row]))
            first = stop
        fine = wanted[status != Status.DECLINED, 0]
        decoded += np.bincount(fine, minlength=len(decoded)) + slow.decoded
        self._slots.note_header_times(wanted[status == Status.HEADER_TIME, 0])
        for record in np.flatnonzero(states != RecordState.LIVE).tolist():
            yield from slow.take(record)

    def _account(
        self,
        headers: ChunkHeaders,
        live: NDArray[np.int64],
        decoded: NDArray[np.int64],
        slow: SlowPath,
    ) -> Iterator[Reject]:
        """Close every chunk's account; what is present and was neither read nor rejected is rejected."""
        known = decoded + slow.lost
        present = np.maximum(headers.present, known)
        self._slots.close(headers, present, decoded)
        for number in np.flatnonzero((present > known) | headers.is_foreign).tolist():
            own = live[live[:, 0] == number]
            yield self._reject_rest(headers, number, own, int(present[number] - known[number]))

    def _reject_rest(
        self, headers: ChunkHeaders, number: int, records: NDArray[np.int64], missing: int
    ) -> Reject:
        base = number * CHUNK
        if not headers.is_chunk[number]:
            at, reason = 0, "bad_chunk"
            detail = "the chunk's header is damaged; --recover searches it for records"
        else:
            stops = records[:, 1] + records[:, 2] - base
            ends = np.concatenate([[CHUNK_HEADER_BYTES], stops])
            starts = np.concatenate([records[:, 1] - base, [headers.stop[number]]])
            gaps = np.flatnonzero(starts > ends)
            at = int(ends[gaps[0]]) if len(gaps) else int(ends[-1])
            reason = "damaged_records" if len(gaps) else "missing_records"
            detail = (
                f"{len(gaps)} place(s) in the chunk hold no whole record"
                if len(gaps)
                else "the chunk's header names more records than it holds"
            )
        raw = self._slots.bytes_of(number)[at : at + RAW_LIMIT_BYTES]
        source, offset = self._slots.place(number)
        return Reject(source, offset + at, reason, detail, count=missing, raw=raw)
