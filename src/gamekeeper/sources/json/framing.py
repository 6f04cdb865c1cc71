"""Files of JSON to the bytes of single records, in bounded memory; a damaged record costs that record.

Every frame is one record as far as its layout can tell. What is too long, or glued together by damage,
comes out marked with the reason, never silently.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gamekeeper.sources.json.braces import objects
from gamekeeper.sources.json.decode import PADDING
from gamekeeper.sources.json.frame import CHUNK_BYTES, KEPT_BYTES, MAX_RECORD_BYTES, Frame
from gamekeeper.sources.json.layout import RECORD_LINE, Layout, Mode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.sources.json.frame import Readable

_RECORD_TAIL: Final = re.compile(rb"\s*\nRecord \d{1,20}$")


def frames(stream: Readable, layout: Layout) -> Iterator[Frame]:
    """Yield the records of a stream that begins after the byte order mark."""
    if layout.mode is Mode.LINES:
        return lines(stream)
    if layout.mode is Mode.BLOCKS:
        return blocks(stream, layout.marker)
    return objects(stream, is_wrapped=layout.is_wrapped)


def lines(stream: Readable) -> Iterator[Frame]:
    """Yield one frame a line that holds more than padding; numbers are line numbers."""
    carry, position, number = b"", 0, 0
    overlong = False  # inside a line whose beginning has been given up
    while chunk := stream.read(CHUNK_BYTES):
        parts = (carry + chunk).split(b"\n")
        carry = parts.pop()
        for part in parts:
            number += 1
            if overlong:
                overlong = False
            elif part:
                yield from _line(part, position, number)
            position += len(part) + 1
        if overlong or len(carry) > MAX_RECORD_BYTES:
            if not overlong and carry.strip(PADDING):
                overlong = True
                yield Frame(position, number + 1, carry[:KEPT_BYTES], "record_too_long")
            position += len(carry)
            carry = b""
    if not overlong:
        yield from _line(carry, position, number + 1)


def _line(part: bytes, position: int, number: int) -> Iterator[Frame]:
    raw = part.strip(PADDING)
    if raw and not RECORD_LINE.fullmatch(raw):
        yield Frame(position + (0 if raw[0] == part[0] else part.index(raw)), number, raw)


def blocks(stream: Readable, marker: bytes) -> Iterator[Frame]:
    """Yield what lies between one record's first line and the next one's."""
    # A newline before the text makes a record at its very beginning like all others.
    buffer, base, number = b"\n", -1, 0
    started = overlong = False
    searched = 0
    while chunk := stream.read(CHUNK_BYTES):
        buffer += chunk
        at = buffer.find(marker, searched)
        begin = 0
        while at >= 0:
            if not overlong:
                for frame in _block(buffer[begin:at], base + begin, number, is_prelude=not started):
                    number = frame.number
                    yield frame
            overlong, started, begin = False, True, at
            at = buffer.find(marker, at + len(marker))
        buffer, base = buffer[begin:], base + begin
        # The next marker may begin in this chunk and end in the next.
        searched = max(len(marker) if started else 0, len(buffer) - len(marker) + 1)
        if len(buffer) > MAX_RECORD_BYTES:
            if not overlong and buffer.strip(PADDING):
                number += 1
                overlong = True
                yield Frame(base + 1, number, buffer[1:KEPT_BYTES], "record_too_long")
            drop = len(buffer) - len(marker) + 1
            buffer, base, searched = buffer[drop:], base + drop, 0
    if not overlong:
        yield from _block(buffer, base, number, is_prelude=not started)


def _block(part: bytes, position: int, number: int, *, is_prelude: bool) -> Iterator[Frame]:
    raw = part.strip(PADDING)
    if raw and not (is_prelude and RECORD_LINE.fullmatch(raw)):
        if raw[-1:].isdigit():
            raw = _RECORD_TAIL.sub(b"", raw)
        yield Frame(position + part.index(raw), number + 1, raw)
