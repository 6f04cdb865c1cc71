"""What the decoder declines, and stale and carved records: to the slow truth, one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gamekeeper.model.build import BatchBuilder
from gamekeeper.model.events import RecordState
from gamekeeper.model.rejects import RAW_LIMIT_BYTES, Reject
from gamekeeper.sources.evtx.layout import CHUNK_BYTES
from gamekeeper.sources.evtx.remains import read_remains
from gamekeeper.sources.evtx.truth import BinXmlError, decode_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gamekeeper.model.events import EventBatch
    from gamekeeper.sources.base import Reading
    from gamekeeper.sources.evtx.accounts import Slots


class SlowPath:
    """Decodes single records of a buffer; counts by chunk what it ``decoded`` and ``lost`` of live ones."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self._builder = BatchBuilder()
        self._chunk = (-1, b"")
        self.decoded = np.zeros(len(slots), np.int64)
        self.lost = np.zeros(len(slots), np.int64)

    def take(self, record: NDArray[np.int32], state: RecordState) -> Iterator[Reading]:
        """Decode one record, a row of ``Job.records``; yield a batch that it completes, or its reject."""
        number, at, size = record[:3].tolist()
        if self._chunk[0] != number:
            self._chunk = (number, self._slots.bytes_of(number))
        source, base = self._slots.place(number)
        offset = at - number * CHUNK_BYTES
        chunk = self._chunk[1]
        try:
            event = decode_record(chunk, offset, source=source, base=base, state=state)
        except BinXmlError as error:
            if state is not RecordState.LIVE:
                account = self._slots.account(number)
                account.note("recoverable records that cannot be decoded")
                return
            self.lost[number] += 1
            raw = chunk[offset : offset + min(size, RAW_LIMIT_BYTES)]
            record_id = int.from_bytes(chunk[offset + 8 : offset + 16], "little", signed=True)
            place = base + offset
            yield Reject(source, place, "bad_record", str(error), record_id=record_id, raw=raw)
            return
        if state is RecordState.LIVE:
            self.decoded[number] += 1
        else:
            self._slots.account(number).recovered += 1
        yield from self._builder.add(event)

    def take_remains(self, number: int, at: int) -> Iterator[Reading]:
        """Decode what is left of a record that lies within another one; nothing where that cannot be."""
        source, base = self._slots.place(number)
        event = read_remains(self._slots.bytes_of(number), at, source, base)
        account = self._slots.account(number)
        if event is None:
            account.note("recoverable records that cannot be decoded")
            return
        account.recovered += 1
        yield from self._builder.add(event)

    def finish(self) -> Iterator[EventBatch]:
        """Yield the batches that are still open."""
        yield from self._builder.flush()
