"""How the records of one file of JSON are laid out, decided once from the file's beginning.

``LINES``: one record a line, arrays of one-line records included. ``BLOCKS``: pretty-printed objects, each
beginning on a line of its own at one indentation. ``STREAM``: anything else, found by following braces,
also inside the result array of a wrapper such as Elasticsearch's ``hits``.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import orjson

from gamekeeper.sources.json.decode import PADDING

#: Bytes of a file that the decision looks at.
HEAD_BYTES: Final = 1 << 20
_SAMPLE_LINES: Final = 24
#: Decoders write this line before each record when they are not told otherwise.
RECORD_LINE: Final = re.compile(rb"Record \d{1,20}[ \t\r\0]*")
_TOKEN: Final = re.compile(rb'[{}]|"(?:[^"\\]++|\\.)*+"|"', re.DOTALL)
_START: Final = re.compile(rb"(?:[\s\0\[\],\x1a]|Record \d{1,20}(?=\s))*")
_BETWEEN: Final = re.compile(rb"[\s\0,]*(?:Record \d{1,20}\s*)?")
_WRAPPERS: Final = re.compile(
    rb'"(?:hits|results|Results|records|Records|value|Events|events)"\s*:\s*\[\s*(?=\{)'
)
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Mode(StrEnum):
    """How records are told apart."""

    LINES = "lines"
    BLOCKS = "blocks"
    STREAM = "stream"


@dataclass(frozen=True, slots=True)
class Layout:
    """The decision for one file."""

    mode: Mode
    encoding: str = "utf-8"
    bom_bytes: int = 0
    marker: bytes = b""  # BLOCKS: what a record's first line begins with, newline included
    is_wrapped: bool = False  # STREAM: only objects inside a result array are records


def encoding_of(head: bytes) -> tuple[str, int]:
    """Return (encoding, length of the byte order mark)."""
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name, len(bom)
    if head[1:2] == b"\0" and head[:1] in b"{[ \r\n" and head[:1]:
        return "utf-16-le", 0
    if head[:1] == b"\0" and head[1:2] in b"{[ \r\n" and head[1:2]:
        return "utf-16-be", 0
    return "utf-8", 0


def in_utf8(head: bytes) -> bytes:
    """Return a file's beginning as UTF-8 without its byte order mark."""
    encoding, skip = encoding_of(head)
    if encoding == "utf-8":
        return head[skip:]
    return head[skip:].decode(encoding, "replace").encode("utf-8", "replace")


def layout_of(head: bytes, *, is_whole: bool) -> Layout:
    """Decide the layout from a file's first bytes; ``is_whole`` says that they are all there is."""
    encoding, bom_bytes = encoding_of(head)
    text = in_utf8(head)
    if is_wrapper(text):
        return Layout(Mode.STREAM, encoding, bom_bytes, is_wrapped=True)
    if _is_lines(text, is_whole=is_whole):
        return Layout(Mode.LINES, encoding, bom_bytes)
    marker = _block_marker(text)
    if marker:
        return Layout(Mode.BLOCKS, encoding, bom_bytes, marker=marker)
    start = _START.match(text)
    at = start.end() if start else 0
    # Without a first object (huge, damaged, no JSON at all) only one long line is a stream.
    is_stream = object_end(text, at) >= 0 if text[at : at + 1] == b"{" else False
    one_line = b"\n" not in text.strip() and (is_whole or text.lstrip()[:1] == b"[")
    is_stream = is_stream or (one_line and text.lstrip()[:1] in (b"{", b"["))
    return Layout(Mode.STREAM if is_stream else Mode.LINES, encoding, bom_bytes)


def is_wrapper(text: bytes) -> bool:
    """Whether the file's first object is the wrapper of a result array.

    The array must be a member of the outermost object or, as Elasticsearch has it, one level below.
    """
    start = _START.match(text)
    at = start.end() if start else 0
    if text[at : at + 1] != b"{":
        return False
    opener = _WRAPPERS.search(text, at)
    if opener is None:
        return False
    depth = brackets = 0
    for token in re.finditer(rb'[{}\[\]]|"(?:[^"\\]++|\\.)*+"', text[at : opener.start()]):
        first = token[0][:1]
        depth += (first == b"{") - (first == b"}")
        brackets += (first == b"[") - (first == b"]")
        if depth == 0:
            return False  # the array belongs to a later object
    return brackets == 0 and depth in ((1, 2) if opener[0].startswith(b'"hits"') else (1,))


def object_end(text: bytes, start: int) -> int:
    """Return where the object that begins at ``start`` ends, or -1 where it does not end in ``text``."""
    depth = 0
    for token in _TOKEN.finditer(text, start):
        first = token[0]
        if first == b"{":
            depth += 1
        elif first == b"}":
            depth -= 1
            if depth == 0:
                return token.end()
        elif len(first) == 1:  # a quote without its partner
            return -1
    return -1


def _is_lines(text: bytes, *, is_whole: bool) -> bool:
    """Whether most of the first lines are objects of their own."""
    lines = text.split(b"\n")
    if not is_whole and len(lines) > 1:
        lines.pop()  # its end is not in sight
    kept = [line for line in (line.strip(PADDING) for line in lines) if line]
    kept = [line for line in kept if not RECORD_LINE.fullmatch(line)][:_SAMPLE_LINES]
    if not kept:
        return False
    good = sum(_is_object(line) for line in kept)
    return good * 2 >= len(kept)


def _is_object(line: bytes) -> bool:
    if line[:1] != b"{":
        return False
    try:
        return bool(orjson.loads(line))
    except orjson.JSONDecodeError:
        return False


def _block_marker(text: bytes) -> bytes:
    """Return what records' first lines begin with, or nothing where records do not begin lines.

    The first object gives the indentation; the first one that ends shows whether records keep to it, so
    that damage to the very first does not matter.
    """
    start = _START.match(text)
    at = start.end() if start else 0
    indent = text[text.rfind(b"\n", 0, at) + 1 : at]
    if text[at : at + 1] != b"{" or indent.strip(b" \t"):
        return b""
    marker = b"\n" + indent + b"{"
    for _ in range(_SAMPLE_LINES):
        stop = object_end(text, at)
        if stop >= 0:
            return marker if _keeps_to(text, at, stop, marker) else b""
        following = text.find(marker, at)
        if following < 0:
            return b""
        at = following + len(marker) - 1
    return b""


def _keeps_to(text: bytes, start: int, stop: int, marker: bytes) -> bool:
    """Whether an object takes several lines and the next one, if any, begins like a block."""
    gap = _BETWEEN.match(text, stop)
    following = gap.end() if gap else stop
    is_last = text[following : following + 1] != b"{"
    return b"\n" in text[start:stop] and (is_last or text[: following + 1].endswith(marker))
