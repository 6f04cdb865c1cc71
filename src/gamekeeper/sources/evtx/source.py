"""The EVTX format as a source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.sources.base import Range
from gamekeeper.sources.evtx.presence import CHUNK_BYTES, CHUNK_MAGIC

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.sources.base import Origin, Reading, ReadOptions

FILE_MAGIC: Final = b"ElfFile\0"
FILE_HEADER_BYTES: Final = 4096
#: A range is what one worker reads at a time: as much as fills a buffer.
RANGE_BYTES: Final = 256 * CHUNK_BYTES


class EvtxSource:
    """Windows event logs in their own binary format, also with a damaged or missing file header."""

    name = "evtx"

    def sniff(self, head: bytes, path: str) -> float:  # noqa: ARG002 - content decides, not the name
        """Recognise the file header, or a chunk where one would stand."""
        if head.startswith(FILE_MAGIC):
            return 1.0
        if head.startswith(CHUNK_MAGIC):
            return 0.95
        if head[FILE_HEADER_BYTES : FILE_HEADER_BYTES + 8] == CHUNK_MAGIC:
            return 0.9
        return -1.0

    def ranges(self, origin: Origin) -> list[Range]:
        """Cut a file at chunk borders; the first range begins with the file's header."""
        if origin.size_bytes <= RANGE_BYTES:
            return [Range(origin, 0, origin.size_bytes)]
        with origin.local.open("rb") as stream:
            start = 0 if stream.read(8) == CHUNK_MAGIC else FILE_HEADER_BYTES
        cuts = [0, *range(start + RANGE_BYTES, origin.size_bytes, RANGE_BYTES), origin.size_bytes]
        last = len(cuts) - 2
        return [
            Range(origin, cuts[i], cuts[i + 1], is_last=i == last) for i in range(len(cuts) - 1)
        ]

    def read(self, ranges: Sequence[Range], options: ReadOptions) -> Iterator[Reading]:
        """Decode the ranges' chunks; the kernels are compiled or loaded at the first call."""
        from gamekeeper.sources.evtx.reader import EvtxReader  # noqa: PLC0415 - Numba, only when needed

        yield from EvtxReader(options).read(ranges)
