"""The fixed parts of an EVTX file: file header and record header. Values are kept as evidence."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Final, NamedTuple

FILE_MAGIC: Final = b"ElfFile\0"
CHUNK_MAGIC: Final = b"ElfChnk\0"
RECORD_MAGIC: Final = b"\x2a\x2a\0\0"
FILE_HEADER_BYTES: Final = 4096
CHUNK_BYTES: Final = 65536
CHUNK_HEADER_BYTES: Final = 512
RECORD_HEADER_BYTES: Final = 24
LEAST_RECORD_BYTES: Final = RECORD_HEADER_BYTES + 4  # a header and the copy of its size

_FILE: Final = struct.Struct("<8xQQQIHHHH76xII")
_RECORD: Final = struct.Struct("<4sIQQ")


class FileHeader(NamedTuple):
    """The first 128 bytes of a file; stale in a log that was copied while in use."""

    has_magic: bool
    computed_crc: int
    first_chunk: int
    last_chunk: int
    next_record_id: int
    header_bytes: int
    minor_version: int
    major_version: int
    block_bytes: int  # where the first chunk stands
    chunk_count: int  # modulo 65,536
    flags: int
    stored_crc: int

    @property
    def is_dirty(self) -> bool:
        """The log was open when it was copied."""
        return bool(self.flags & 1)

    @property
    def is_full(self) -> bool:
        """The log had reached its greatest size and was not to be overwritten."""
        return bool(self.flags & 2)


@dataclass(frozen=True, slots=True)
class RecordHeader:
    """The 24 bytes before a record's BinXML. ``written_filetime`` is zero in many exported logs."""

    offset: int
    size_bytes: int
    record_id: int
    written_filetime: int


def parse_file_header(head: bytes) -> FileHeader:
    """Return the file header that ``head`` begins with; what is cut off reads as zeros."""
    if len(head) != 128:
        head = head[:128].ljust(128, b"\0")
    computed = zlib.crc32(memoryview(head)[:120])
    return FileHeader(head.startswith(FILE_MAGIC), computed, *_FILE.unpack(head))


def parse_record_header(chunk: bytes, offset: int, stop: int) -> RecordHeader | None:
    """Return the header of the whole record at ``offset``, or None where none stands there.

    Whole means: magic, a size that ends before ``stop``, and the same size again at the end.
    """
    if not 0 <= offset <= stop - LEAST_RECORD_BYTES <= len(chunk) - LEAST_RECORD_BYTES:
        return None
    magic, size, record_id, filetime = _RECORD.unpack_from(chunk, offset)
    if magic != RECORD_MAGIC or not LEAST_RECORD_BYTES <= size <= stop - offset:
        return None
    if chunk[offset + size - 4 : offset + size] != chunk[offset + 4 : offset + 8]:
        return None
    return RecordHeader(offset, size, record_id, filetime)
