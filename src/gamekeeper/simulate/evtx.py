"""A writer of event log files (EVTX) as Windows itself writes them.

Records stand in 64 KiB chunks with checksums over header and records. Both pairs of numbers in a chunk's
header are its first and last record id, as in all real files seen; where ids are left out the first pair
counts on.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Final, Self

from gamekeeper.errors import UsageError
from gamekeeper.simulate.binxml import CHUNK_BYTES, Chunk
from gamekeeper.simulate.layouts import (
    WrittenEvent,
    event_template,
    own_values,
    system_head,
    system_values,
    text_tree,
)

if TYPE_CHECKING:
    from pathlib import Path

_FILE_HEADER_BYTES: Final = 4096
_NO_RECORD: Final = 0xFFFF_FFFF_FFFF_FFFF
_RECORD_HEAD: Final = struct.Struct("<4sIQQ")
_FILE_HEAD: Final = struct.Struct("<8sQQQIHHHH")
_CHUNK_HEAD: Final = struct.Struct("<8sQQQQIIII")


class EvtxWriter:
    """Writes events to one file, in the order given; use as a context manager or call :meth:`close`.

    The service fills one buffer again and again, so behind the last record of a real chunk stands what the
    chunk before held at that place, whole records among it: ``has_old_bytes``. Exports leave the times in
    record headers empty: not ``has_header_times``.
    """

    def __init__(
        self,
        path: Path,
        *,
        first_record_id: int = 1,
        has_old_bytes: bool = False,
        has_header_times: bool = True,
    ) -> None:
        self._file = path.open("wb")
        self._has_header_times = has_header_times
        self._has_old_bytes = has_old_bytes
        self._file.write(bytes(_FILE_HEADER_BYTES))
        self._chunks = 0
        self._next_id = first_record_id
        self._buffer = bytes(CHUNK_BYTES)  # the chunk before
        self._open_chunk()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open_chunk(self) -> None:
        self._chunk = Chunk()
        self._in_chunk: list[int] = []
        self._last_offset = 0

    def skip(self, count: int) -> None:
        """Leave out record ids, as a log does from which records were taken."""
        self._next_id += count

    def write(self, event: WrittenEvent) -> int:
        """Write one event and return the record id of its header."""
        mark = self._chunk.mark()
        is_whole = False
        try:
            self._put(event)
            is_whole = True
        finally:
            if not is_whole:
                self._chunk.rewind(mark)
        if len(self._chunk.data) > CHUNK_BYTES:
            self._chunk.rewind(mark)
            if not self._in_chunk:
                message = f"event {event.envelope.event_id} is too large for a record"
                raise UsageError(message)
            self._finish_chunk()
            self._open_chunk()
            return self.write(event)
        self._last_offset = mark[0]
        self._in_chunk.append(self._next_id)
        self._next_id += 1
        return self._in_chunk[-1]

    def _put(self, event: WrittenEvent) -> None:
        data = self._chunk.data
        start = len(data)
        data += bytes(_RECORD_HEAD.size)
        if event.as_text or event.rendering is not None:
            self._put_as_text(event)
        else:
            self._put_by_template(event)
        data += bytes(-(len(data) + 4) % 8 + 4)  # ends on eight bytes, the last four its size
        size = len(data) - start
        struct.pack_into("<I", data, len(data) - 4, size)
        filetime = event.filetime if self._has_header_times else 0
        _RECORD_HEAD.pack_into(data, start, b"**\0\0", size, self._next_id, filetime)

    def _put_as_text(self, event: WrittenEvent) -> None:
        rendering = event.rendering
        tree = text_tree(event.computer, event.layout, is_rendered=rendering is not None)
        values = [*system_values(event, self._next_id), *event.values]
        if rendering is not None:
            values += rendering.values()
        self._chunk.put_text(tree, values)

    def _put_by_template(self, event: WrittenEvent) -> None:
        layout = event.layout
        values = own_values(event, self._next_id)
        if layout is None:
            template = event_template(event.computer, in_user_data=False, has_body=False)
        else:
            template = event_template(
                event.computer, in_user_data=layout.in_user_data, has_body=True
            )
            values.append((layout.template, event.values))
        self._chunk.put_instance(template, values, system_head(template, event.envelope))

    def _finish_chunk(self) -> None:
        data = self._chunk.data
        free = len(data)
        data += self._buffer[free:]
        places, ids = (1, _NO_RECORD), (_NO_RECORD, _NO_RECORD)
        if self._in_chunk:
            first, last = self._in_chunk[0], self._in_chunk[-1]
            places, ids = (first, first + len(self._in_chunk) - 1), (first, last)
        data[128:512] = self._chunk.tables()
        checksum = zlib.crc32(memoryview(data)[512:free])
        numbers = (*places, *ids, 128, self._last_offset, free, checksum)
        _CHUNK_HEAD.pack_into(data, 0, b"ElfChnk\0", *numbers)
        struct.pack_into("<I", data, 120, 1)
        struct.pack_into("<I", data, 124, zlib.crc32(data[128:512], zlib.crc32(data[:120])))
        self._file.write(data)
        if self._has_old_bytes:
            self._buffer = bytes(data)
        self._chunks += 1

    def close(self) -> None:
        """Write the last chunk and the file's header."""
        if self._file.closed:
            return
        if self._in_chunk or not self._chunks:
            self._finish_chunk()
        head = bytearray(128)
        last_chunk = max(self._chunks - 1, 0)
        numbers = (0, last_chunk, self._next_id, 128, 1, 3, _FILE_HEADER_BYTES, self._chunks)
        _FILE_HEAD.pack_into(head, 0, b"ElfFile\0", *numbers)
        struct.pack_into("<I", head, 124, zlib.crc32(head[:120]))
        self._file.seek(0)
        self._file.write(head)
        self._file.close()
