"""The EVTX format as a source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.sources.base import Range
from gamekeeper.sources.evtx.layout import (
    CHUNK_BYTES,
    CHUNK_MAGIC,
    FILE_HEADER_BYTES,
    FILE_MAGIC,
)
from gamekeeper.sources.evtx.presence import count_present

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.sources.base import Origin, Reading, ReadOptions

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
        return _cut(Range(origin, 0, origin.size_bytes), RANGE_BYTES)

    def divide(self, part: Range) -> list[Range]:
        """Cut a range into its chunks: what kills a reader then costs one of them."""
        return _cut(part, CHUNK_BYTES)

    def count(self, part: Range) -> int:
        """Return the records that the range's chunks hold or claim to hold, without decoding any."""
        at = part.start or _first_chunk(part.origin)
        present = 0
        with part.origin.local.open("rb") as stream:
            stream.seek(at)
            while at < part.stop and (chunk := stream.read(min(CHUNK_BYTES, part.stop - at))):
                present += count_present(chunk).present
                at += len(chunk)
        return present

    def read(self, ranges: Sequence[Range], options: ReadOptions) -> Iterator[Reading]:
        """Decode the ranges' chunks; the compiled library is loaded at the first call."""
        from gamekeeper.sources.evtx.reader import EvtxReader  # noqa: PLC0415 - Arrow, only when needed

        yield from EvtxReader(options).read(ranges)


def _first_chunk(origin: Origin) -> int:
    """Return where a file's chunks begin: behind its header, unless it has none."""
    with origin.local.open("rb") as stream:
        return 0 if stream.read(len(CHUNK_MAGIC)) == CHUNK_MAGIC else FILE_HEADER_BYTES


def _cut(part: Range, size_bytes: int) -> list[Range]:
    """Cut a range between chunks; a first piece also has the file's header."""
    first = part.start or _first_chunk(part.origin)
    cuts = [part.start, *range(first + size_bytes, part.stop, size_bytes), part.stop]
    last = len(cuts) - 2
    return [
        Range(part.origin, cuts[i], cuts[i + 1], is_last=part.is_last and i == last)
        for i in range(len(cuts) - 1)
    ]
