"""Reads ranges of EVTX files into batches; batches span chunks and files.

Chunks fill a buffer; when it is full its records are located, decoded and accounted for. What the decoder
declines goes to the slow truth, record by record. For every chunk ``events + rejects == records present``
holds, where *present* comes from a search that shares nothing with the decoder.
"""

from __future__ import annotations

from io import FileIO
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.model.events import RecordState
from gamekeeper.model.rejects import RAW_LIMIT_BYTES, Reject
from gamekeeper.sources.evtx.accounts import Account, Slots
from gamekeeper.sources.evtx.chunks import ChunkHeaders, headers_of
from gamekeeper.sources.evtx.decoder import (
    CHUNK,
    GUARD,
    MAX_ROWS,
    Decoder,
    Job,
    Status,
    locate,
)
from gamekeeper.sources.evtx.layout import CHUNK_HEADER_BYTES, CHUNK_MAGIC, FILE_HEADER_BYTES
from gamekeeper.sources.evtx.paranoia import compare
from gamekeeper.sources.evtx.slow import SlowPath
from gamekeeper.sources.evtx.structure import Look

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from gamekeeper.model.events import EventBatch
    from gamekeeper.sources.base import Range, Reading, ReadOptions

#: Chunks that one batch is decoded from: 8 MiB. Small batches spend their time on Arrow's arrays.
CHUNKS: Final = 128
#: Chunks that are read and decoded at a time: they stay in the processor's cache.
STEP: Final = 8


class _Workshop:
    """What decoding needs: a decoder, a buffer as slots, and the job over it. Costs some megabytes."""

    def __init__(self) -> None:
        self.decoder = Decoder()
        self.slots = Slots(np.zeros(CHUNKS * CHUNK + GUARD, np.uint8))
        self.job = Job(self.slots.buf, self.slots.sizes)

    def tidy(self) -> None:
        """Forget what an unfinished reading has left."""
        self.slots.clear()
        self.decoder.reset()


#: Workshops that no reader is using: most processes never need a second one.
_idle: list[_Workshop] = []


def forget() -> None:
    """Forget names and templates of earlier files, as a new process would; for measuring."""
    for shop in _idle:
        shop.decoder.forget()


class EvtxReader:
    """Reads ranges, in order, with bounded memory; a batch has ``most_rows`` events at the most."""

    def __init__(self, options: ReadOptions, *, most_rows: int = MAX_ROWS) -> None:
        self._options = options
        self._shop = _idle.pop() if _idle else _Workshop()
        self._slots, self._job = self._shop.slots, self._shop.job
        checksums = options.settings.get("checksums") != "no"
        self._job.settle(checksums=checksums, most_rows=most_rows)
        self._taken = 0
        self._head = bytearray(FILE_HEADER_BYTES)

    def read(self, ranges: Sequence[Range]) -> Iterator[Reading]:
        """Yield the ranges' events, rejects and tallies. A reader reads once."""
        try:
            yield from self._read(ranges)
        finally:
            self._shop.tidy()
            _idle.append(self._shop)

    def _read(self, ranges: Sequence[Range]) -> Iterator[Reading]:
        waiting: list[Account] = []
        for one in ranges:
            account = Account(one)
            waiting.append(account)
            with account, FileIO(one.origin.local) as stream:  # half the calls of a buffered one
                offset = self._begin(account, stream)
                while offset < one.stop and (size := self._pull(account, stream, offset)):
                    offset += size
                    if len(self._slots) - self._taken >= STEP:
                        yield from self._take()
                    if len(self._slots) == CHUNKS:
                        yield from self._empty()
                        yield from (done.tally() for done in waiting[:-1])
                        del waiting[:-1]
        yield from self._empty()
        yield from (account.tally() for account in waiting)

    def _begin(self, account: Account, stream: FileIO) -> int:
        """Go to a range's first chunk, return where that stands; keep the file's own header as evidence."""
        if account.range.start:
            return stream.seek(account.range.start)
        size = stream.readinto(self._head) or 0
        if self._head.startswith(CHUNK_MAGIC):
            return stream.seek(0)
        account.head = bytes(self._head[: min(size, 128)])
        return FILE_HEADER_BYTES

    def _pull(self, account: Account, stream: FileIO, offset: int) -> int:
        """Read the next chunks of a range into the buffer, as many as make a step; return their bytes."""
        wanted = min(STEP * CHUNK, account.range.stop - offset)
        size = stream.readinto(self._slots.room(wanted)) or 0
        if size:
            self._slots.enter(account, offset, size)
        return size

    def _take(self) -> Iterator[Reading]:
        """Decode the chunks that have been read; yield the batch only when it is full."""
        while self._shop.decoder.take(self._job, len(self._slots)):
            yield from self._batches()
        self._taken = len(self._slots)

    def _batches(self) -> Iterator[EventBatch]:
        for batch in self._shop.decoder.batches(self._slots.sources, self._slots.offsets):
            if self._options.paranoid:
                compare(batch, self._slots.chunk_of)
            yield batch

    def _empty(self) -> Iterator[Reading]:
        """Decode the rest of the buffer and account for all that it holds."""
        if not len(self._slots):
            return
        yield from self._take()
        yield from self._batches()
        headers = headers_of(self._job.chunks, self._slots.sizes[: len(self._slots)])
        slow = SlowPath(self._slots)
        yield from self._declined(slow)
        look = Look(self._slots, headers, self._job.records, self._job.status)
        if self._options.recover:
            yield from self._recovered(headers, slow)
            for number, at in look.swallowed():
                yield from slow.take_remains(number, at)
        yield from slow.finish()
        yield from self._account(headers, slow)
        look.note()
        self._slots.clear()
        self._job.begin()
        self._taken = 0

    def _declined(self, slow: SlowPath) -> Iterator[Reading]:
        """Give the slow truth what the decoder declined."""
        status, records = self._job.status, self._job.records
        for row in np.flatnonzero(status == Status.DECLINED).tolist():
            yield from slow.take(records[row], RecordState.LIVE)
        self._slots.note_header_times(records[status == Status.HEADER_TIME, 0])

    def _recovered(self, headers: ChunkHeaders, slow: SlowPath) -> Iterator[Reading]:
        """Read what stands outside of live extents.

        Stale and carved records lean on templates and names that may have been overwritten: only the
        slow truth looks whether they were.
        """
        chunks = np.flatnonzero(~headers.is_blank)
        base = chunks * CHUNK
        starts = np.where(headers.is_chunk, headers.stop, 0)[chunks]
        spans = np.stack([chunks, base + starts, base + self._slots.sizes[chunks]], 1)
        for record in locate(self._slots.buf, np.ascontiguousarray(spans)):
            is_chunk = headers.is_chunk[record[0]]
            state = RecordState.STALE if is_chunk else RecordState.CARVED
            yield from slow.take(record, state)

    def _account(self, headers: ChunkHeaders, slow: SlowPath) -> Iterator[Reject]:
        """Close every chunk's account; what is present and was neither read nor rejected is rejected."""
        live, status = self._job.records, self._job.status
        fine = np.bincount(live[status != Status.DECLINED, 0], minlength=len(self._slots))
        decoded = fine + slow.decoded
        known = decoded + slow.lost
        present = np.maximum(headers.present, known)
        self._slots.close(headers, present, decoded)
        for number in np.flatnonzero((present > known) | headers.is_foreign).tolist():
            own = live[live[:, 0] == number]
            yield self._reject_rest(headers, number, own, int(present[number] - known[number]))

    def _reject_rest(
        self, headers: ChunkHeaders, number: int, records: NDArray[np.int32], missing: int
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
