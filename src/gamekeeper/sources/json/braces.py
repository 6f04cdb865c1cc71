"""Records told apart by their braces: arrays on one line, objects glued together, result arrays.

Everything outside the outermost objects is punctuation or junk. Damage is cut at the borders that objects
leave, so that it costs as few neighbours as possible.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gamekeeper.sources.json.decode import PADDING
from gamekeeper.sources.json.frame import CHUNK_BYTES, KEPT_BYTES, MAX_RECORD_BYTES, Frame
from gamekeeper.sources.json.layout import object_end

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.sources.json.frame import Readable

_PUNCTUATION: Final = re.compile(rb"[\s\0,\[\]\x1a]*(?:Record \d{1,20}(?=\s)[\s\0]*)?")
_BOUNDARY: Final = re.compile(rb'\}[\s,]*(?=\{\s*")')
_OPENER: Final = re.compile(
    rb'"(?:hits|results|Results|records|Records|value|Events|events)"\s*:\s*\[\s*(?=[{\]])'
)
_BRACE: Final = re.compile(rb"\{")
_BRACE_OR_END: Final = re.compile(rb"[{\]]")


class _Window:
    """The part of a stream that is in memory, and where in the stream it lies."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self.text = b""
        self.base = 0  # position in the stream of text[0]
        self.at = 0  # what of the text has been dealt with
        self.is_whole = False  # the stream has ended

    def more(self) -> bool:
        """Drop what has been dealt with and read on; return False at the end of the stream."""
        chunk = self._stream.read(CHUNK_BYTES)
        self.base += self.at
        self.text = self.text[self.at :] + chunk
        self.at = 0
        self.is_whole = not chunk
        return bool(chunk)


def objects(stream: Readable, *, is_wrapped: bool) -> Iterator[Frame]:
    """Yield outermost objects, found by braces; in a wrapper, the objects of its result arrays."""
    window = _Window(stream)
    window.more()
    number = 0
    inside = not is_wrapped
    while True:
        if not inside:
            inside = _enter(window)
            if not inside:
                return
        found = _next_object(window, number + 1, is_wrapped=is_wrapped)
        if found is None:
            if not is_wrapped:
                return
            inside = False
        else:
            number = found.number
            yield found


def _enter(window: _Window) -> bool:
    """Move into the next result array; return False where none is left."""
    while True:
        opener = _OPENER.search(window.text, window.at)
        if opener is not None:
            window.at = opener.end()
            return True
        # An opener may lie across the border of two chunks.
        window.at = max(window.at, len(window.text) - 64)
        if not window.more():
            window.at = len(window.text)
            return False


def _next_object(window: _Window, number: int, *, is_wrapped: bool) -> Frame | None:
    """Return the next object or run of junk, or None at the end of the stream or result array."""
    if not _skip_punctuation(window, stops_at_bracket=is_wrapped):
        return None
    if window.text[window.at] != 0x7B:
        return _junk(window, number, is_wrapped=is_wrapped)
    while True:
        stop = object_end(window.text, window.at)
        if stop >= 0:
            return _cut(window, stop, number)
        if len(window.text) - window.at > MAX_RECORD_BYTES or not window.more():
            break
    # It never ends: damage. Cut it before the last thing that looks like another object's beginning.
    borders = [found.end() for found in _BOUNDARY.finditer(window.text, window.at)]
    stop = borders[-1] if borders and not window.is_whole else len(window.text)
    return _cut(window, stop, number, "unbalanced")


def _skip_punctuation(window: _Window, *, stops_at_bracket: bool) -> bool:
    """Move to the next byte that means something; return False where there is none."""
    while True:
        gap = _PUNCTUATION.match(window.text, window.at)
        stop = gap.end() if gap else window.at
        if stops_at_bracket:
            bracket = window.text.find(b"]", window.at, stop)
            if bracket >= 0:
                window.at = bracket + 1
                return False
        # "Rec" at the end of a chunk may become a "Record 12" line.
        if stop < len(window.text) and (window.is_whole or len(window.text) - stop > 32):
            window.at = stop
            return True
        if window.is_whole:
            window.at = len(window.text)
            return False
        window.at = stop
        window.more()


def _junk(window: _Window, number: int, *, is_wrapped: bool) -> Frame:
    """Return what is no object, up to the next brace (or the end of the result array)."""
    offset = window.base + window.at
    kept = b""
    ends = _BRACE_OR_END if is_wrapped else _BRACE
    while True:
        end = ends.search(window.text, window.at)
        stop = end.start() if end else len(window.text)
        kept = (kept + window.text[window.at : stop])[:KEPT_BYTES]
        window.at = stop
        if end is not None or not window.more():
            return Frame(offset, number, kept.rstrip(PADDING), "bad_json")


def _cut(window: _Window, stop: int, number: int, reason: str = "") -> Frame:
    frame = Frame(window.base + window.at, number, window.text[window.at : stop], reason)
    window.at = stop
    return frame


def pieces(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (start, bytes) of the objects and fragments in damaged text, found by their borders.

    Each piece is an object that ends, or what lies before the next likely beginning of one. The work is
    bounded: what no border divides after eight times the text's length has been read is one piece.
    """
    budget = 8 * len(raw) + 65_536
    at = 0
    while at < len(raw):
        stop = object_end(raw, at) if budget > 0 else -1
        border = _BOUNDARY.search(raw, at) if budget > 0 else None
        budget -= (len(raw) if stop < 0 else stop) - at
        next_start = border.end() if border else len(raw)
        if stop < 0 or stop > next_start > stop - 1:
            stop = next_start
        piece = raw[at:stop].strip(PADDING)
        if piece:
            yield at, piece
        gap = _PUNCTUATION.match(raw, stop)
        at = max(gap.end() if gap else stop, at + 1)
