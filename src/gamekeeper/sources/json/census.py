"""How many records a file holds, counted by a pass that shares nothing with the reader but the layout.

Lines are counted as newlines less blank lines, blocks as their first lines. Streams are walked by the
standard library's JSON scanner where the reader follows braces.
"""

from __future__ import annotations

import codecs
import json
import re
from typing import TYPE_CHECKING, BinaryIO, Final

from gamekeeper.sources.json.layout import Layout, Mode

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK_BYTES: Final = 1 << 20
_BLANK: Final = re.compile(rb"\n[ \t\r\0\[\],\x1a]*(?:Record \d{1,20}[ \t\r\0\[\],\x1a]*)?(?=\n)")
_INK: Final = re.compile(rb"[^ \t\r\n\0\[\],\x1a]")
_SCAN: Final = json.JSONDecoder(strict=False).raw_decode
_GAP: Final = re.compile(r"[\s\0,\[\]\x1a]*(?:Record \d{1,20}(?=\s)[\s\0]*)?")
_NEXT: Final = re.compile(r'\}[\s,]*(?=\{\s*")')
_ARRAY: Final = re.compile(
    r'"(?:hits|results|Results|records|Records|value|Events|events)"\s*:\s*\[\s*(?=[{\]])'
)
#: Text of one record that the scanner may ask for before it counts as damage.
_LONGEST: Final = 16 << 20


def count_present(file: BinaryIO, layout: Layout, start: int, stop: int) -> int:
    """Return the number of records between two offsets of an open file."""
    file.seek(max(start, layout.bom_bytes))
    chunks = _chunks(file, stop, layout.encoding)
    if layout.mode is Mode.LINES:
        return _lines(chunks)
    if layout.mode is Mode.BLOCKS:
        return _blocks(chunks, layout.marker)
    return _stream(chunks, is_wrapped=layout.is_wrapped)


def _chunks(file: BinaryIO, stop: int, encoding: str) -> Iterator[bytes]:
    decoder = None if encoding == "utf-8" else codecs.getincrementaldecoder(encoding)("replace")
    while (left := stop - file.tell()) > 0 and (raw := file.read(min(left, _CHUNK_BYTES))):
        yield raw if decoder is None else decoder.decode(raw).encode("utf-8", "replace")
    if decoder is not None:
        yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def _lines(chunks: Iterator[bytes]) -> int:
    count, tail = 0, b""
    for chunk in chunks:
        whole, newline, rest = chunk.rpartition(b"\n")
        if newline:
            block = b"\n" + tail + whole + b"\n"
            count += block.count(b"\n") - 1 - len(_BLANK.findall(block))
            tail = rest
        else:
            tail += rest
        # Of a line without end only its being blank matters.
        if len(tail) > _CHUNK_BYTES:
            tail = b"x" if _INK.search(tail) else b""
    block = b"\n" + tail + b"\n"
    return count + 1 - len(_BLANK.findall(block))


def _blocks(chunks: Iterator[bytes], marker: bytes) -> int:
    """Count first lines, and text before the first of them as one record."""
    count, tail = 0, b"\n"
    prelude = b""
    for chunk in chunks:
        text = tail + chunk
        if count == 0:
            # A marker that the tail begins adds nothing but white space to what stands before it.
            first = text.find(marker)
            prelude += text[len(tail) : first if first >= 0 else len(text)]
            prelude = prelude[: 64 << 10]
        count += text.count(marker)
        tail = text[max(0, len(text) - len(marker) + 1) :]
    block = b"\n" + b" ".join(prelude.split()) + b"\n"
    return count + 1 - len(_BLANK.findall(block))


class _Text:
    """A window on decoded text that grows on demand."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.text = ""
        self.at = 0

    def more(self) -> bool:
        for chunk in self._chunks:
            self.text = self.text[self.at :] + self._decoder.decode(chunk)
            self.at = 0
            return True
        return False


def _stream(chunks: Iterator[bytes], *, is_wrapped: bool) -> int:
    window = _Text(chunks)
    count = 0
    inside = not is_wrapped
    while True:
        gap = _GAP.match(window.text, window.at) if inside else None
        if not inside or (is_wrapped and gap and "]" in gap[0]):
            window.at = (window.at + gap[0].index("]") + 1) if gap else window.at
            inside = _to_array(window)
            if not inside:
                return count
            continue
        window.at = gap.end() if gap else window.at
        if len(window.text) - window.at < 64 and window.more():
            continue
        if window.at >= len(window.text):
            return count
        _skip_value(window)
        count += 1


def _to_array(window: _Text) -> bool:
    while (found := _ARRAY.search(window.text, window.at)) is None:
        window.at = max(window.at, len(window.text) - 64)
        if not window.more():
            return False
    window.at = found.end()
    return True


def _skip_value(window: _Text) -> None:
    """Move behind the value at hand; behind damage, to the next likely beginning."""
    while True:
        try:
            if window.text[window.at] == "{":
                window.at = _SCAN(window.text, window.at)[1]
                return
        except RecursionError:
            pass
        except json.JSONDecodeError as error:
            is_cut = error.pos > len(window.text) - 64 or error.msg.startswith("Unterminated")
            if is_cut and len(window.text) - window.at < _LONGEST and window.more():
                continue
        except ValueError:  # an integer of thousands of digits
            pass
        following = _NEXT.search(window.text, window.at)
        brace = window.text.find("{", window.at + 1) if window.text[window.at] != "{" else -1
        if brace >= 0:
            window.at = brace
        else:
            window.at = following.end() if following else len(window.text)
        return
