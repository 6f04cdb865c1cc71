"""The slow truth of EVTX: a complete BinXML decoder in plain Python, to be read in one sitting.

The fast reader must give what this file gives, and what the decoder declines comes here. One record goes
from bytes to elements (:class:`_Decoder`) and on to an event (:mod:`fields`). Work is bounded: elements nest
to a depth, templates do not nest, and tokens and characters of a record have a limit, because a template
may use a value many times and a value may hold a template.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from gamekeeper.errors import GamekeeperError
from gamekeeper.model.build import Event
from gamekeeper.model.events import RecordState
from gamekeeper.model.rejects import RAW_LIMIT_BYTES, Reject
from gamekeeper.sources.evtx.fields import Element, EventFields
from gamekeeper.sources.evtx.layout import (
    CHUNK_BYTES,
    CHUNK_HEADER_BYTES,
    CHUNK_MAGIC,
    FILE_HEADER_BYTES,
    RECORD_HEADER_BYTES,
    RECORD_MAGIC,
    RecordHeader,
    parse_record_header,
)
from gamekeeper.sources.evtx.presence import count_present as count_records
from gamekeeper.sources.evtx.presence import live_stop
from gamekeeper.sources.evtx.values import ARRAY, BINXML, NULL, STRING, array_items, value_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MAX_DEPTH: Final = 64
MAX_TOKENS: Final = 1 << 16
MAX_CHARS: Final = 16 << 20

# Tokens without the flag 0x40, "more follows", which says nothing that the next token does not say.
_END, _OPEN, _CLOSE_START, _CLOSE_EMPTY, _CLOSE, _TEXT, _ATTRIBUTE = range(7)
_CDATA, _CHAR_REF, _ENTITY_REF, _PI_TARGET, _PI_DATA, _INSTANCE = range(7, 13)
_NORMAL, _OPTIONAL, _HEADER = range(13, 16)
_FLAG: Final = 0x40
_LITERALS: Final = frozenset({_TEXT, *range(_CDATA, _INSTANCE)})
_ENTITIES: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


class BinXmlError(GamekeeperError):
    """Bytes that are no record; ``reason`` is a stable word, ``position`` a byte of the chunk."""

    def __init__(self, reason: str, detail: str, position: int) -> None:
        super().__init__(f"{detail}, at byte {position} of the chunk")
        self.reason = reason
        self.position = position


def decode_record(
    chunk: bytes,
    offset: int,
    *,
    source: int,
    base: int,
    state: RecordState = RecordState.LIVE,
) -> Event:
    """Return the event of the record at ``offset`` of a chunk that begins at ``base`` of its file.

    Raise :class:`BinXmlError` for anything that is no record, and nothing else.
    """
    header = parse_record_header(chunk, offset, len(chunk))
    if header is None:
        raise BinXmlError("bad_header", "no whole record header stands here", offset)
    decoder = _Decoder(chunk, is_live=state is RecordState.LIVE)
    start, stop = offset + RECORD_HEADER_BYTES, offset + header.size_bytes - 4
    roots = decoder.fragment(_Cursor(chunk, start, stop), None, 0)
    if not roots:
        raise BinXmlError("no_event", "the record holds no element", start)
    found = EventFields(roots[0])
    written = header.written_filetime
    header_time = written if 0 < written < 1 << 63 else None
    return Event(
        source,
        base + offset,
        _signed(header.record_id),
        state,
        filetime=header_time if found.filetime is None else found.filetime,
        event_id=found.integers.get("EventID"),
        event_record_id=found.integers.get("EventRecordID"),
        system=found.system,
        data=found.data,
    )


def read_file(path: Path, source: int = 0, *, recover: bool = False) -> Iterator[Event | Reject]:
    """Yield a file's events and what could not be one; with ``recover`` stale and carved records, too."""
    for base, chunk in chunks(path):
        if is_chunk(chunk):
            yield from _read_live(chunk, source, base)
            state, start = RecordState.STALE, live_stop(chunk)
        else:
            lost = count_records(chunk).present
            if any(chunk[:CHUNK_HEADER_BYTES]) or lost:
                detail = "the chunk's header is damaged; --recover searches it for records"
                raw = chunk[:RAW_LIMIT_BYTES]
                yield Reject(source, base, "bad_chunk", detail, count=lost, raw=raw)
            state, start = RecordState.CARVED, 0
        for header in find_records(chunk, start, len(chunk)) if recover else ():
            with suppress(BinXmlError):
                yield decode_record(chunk, header.offset, source=source, base=base, state=state)


def count_present(path: Path) -> list[int]:
    """Return how many records each chunk of a file holds or claims to hold, without decoding any."""
    return [count_records(chunk).present for _, chunk in chunks(path)]


def chunks(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield a file's stretches of 64 KiB with their places, chunks or not; the last may be short."""
    with path.open("rb") as stream:
        base = 0 if stream.read(len(CHUNK_MAGIC)) == CHUNK_MAGIC else FILE_HEADER_BYTES
        stream.seek(base)
        while chunk := stream.read(CHUNK_BYTES):
            yield base, chunk
            base += len(chunk)


def is_chunk(chunk: bytes) -> bool:
    """Whether this is a chunk with its whole header."""
    return len(chunk) >= CHUNK_HEADER_BYTES and chunk.startswith(CHUNK_MAGIC)


def find_records(chunk: bytes, start: int, stop: int) -> Iterator[RecordHeader]:
    """Yield the whole records between two positions; behind damage goes on at the next whole one."""
    at = chunk.find(RECORD_MAGIC, start, stop)
    while at >= 0:
        header = parse_record_header(chunk, at, stop)
        if header is not None:
            yield header
        at = chunk.find(RECORD_MAGIC, at + (header.size_bytes if header else 1), stop)


def _read_live(chunk: bytes, source: int, base: int) -> Iterator[Event | Reject]:
    stop = live_stop(chunk)
    known = 0
    gap, end = None, CHUNK_HEADER_BYTES
    for header in find_records(chunk, CHUNK_HEADER_BYTES, stop):
        known += 1
        gap = end if gap is None and header.offset > end else gap
        end = header.offset + header.size_bytes
        try:
            yield decode_record(chunk, header.offset, source=source, base=base)
        except BinXmlError as error:
            raw = chunk[header.offset : end][:RAW_LIMIT_BYTES]
            place = base + header.offset
            number = _signed(header.record_id)
            yield Reject(source, place, "bad_record", str(error), record_id=number, raw=raw)
    missing = count_records(chunk).present - known
    if missing > 0:
        at = gap or end
        is_gap = at < stop
        detail = "the chunk's header names more records than it holds"
        yield Reject(
            source,
            base + at,
            "damaged_records" if is_gap else "missing_records",
            "bytes between the chunk's records belong to none" if is_gap else detail,
            count=missing,
            raw=chunk[at:stop][:RAW_LIMIT_BYTES],
        )


def _signed(record_id: int) -> int:
    return record_id if record_id < 1 << 63 else record_id - (1 << 64)


class _Value(NamedTuple):
    """A substitution value: its actual type, its bytes and where in the chunk they stand."""

    kind: int
    raw: bytes
    at: int
    is_absent: bool = False  # null where it is optional


_Part = str | _Value


class _Cursor:
    """A position in a chunk that cannot leave its bounds."""

    __slots__ = ("at", "chunk", "stop")

    def __init__(self, chunk: bytes, at: int, stop: int) -> None:
        if not 0 <= at <= stop <= len(chunk):
            raise BinXmlError("out_of_bounds", f"{stop - at} bytes leave the chunk", at)
        self.chunk = chunk
        self.at = at
        self.stop = stop

    def take(self, size: int) -> bytes:
        start = self.at
        if start + size > self.stop:
            raise BinXmlError("truncated", f"{size} bytes wanted, {self.stop - start} left", start)
        self.at = start + size
        return self.chunk[start : self.at]

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")


class _Decoder:
    """Turns the BinXML of one record into elements; holds the record's budgets.

    ``values`` are those of the template around; None outside template definitions.
    """

    def __init__(self, chunk: bytes, *, is_live: bool) -> None:
        self._chunk = chunk
        self._is_live = is_live
        self._tokens = MAX_TOKENS
        self._chars = MAX_CHARS

    def fragment(
        self, cursor: _Cursor, values: Sequence[_Value] | None, depth: int
    ) -> list[Element]:
        """Read one template instance or one element, and nothing of what follows.

        Behind an element in line stands no end token but whatever the writer's buffer held.
        """
        while True:
            token = self._token(cursor)
            kind = token & ~_FLAG
            if kind == _OPEN:
                return self._element(cursor, values, depth, has_list=token != kind)
            if token == _INSTANCE and values is None:
                return self._instance(cursor, depth)
            if token == _END:
                return []
            if token == _HEADER:
                cursor.take(3)
            elif token in (_PI_TARGET, _PI_DATA):
                self._literal(token, cursor)
            else:
                raise _bad_token(token, cursor)

    def _token(self, cursor: _Cursor) -> int:
        self._spend(1, 0, cursor.at)
        return cursor.take(1)[0]

    def _spend(self, tokens: int, chars: int, at: int) -> None:
        self._tokens -= tokens
        self._chars -= chars
        if self._tokens < 0 or self._chars < 0:
            raise BinXmlError("too_large", "the record unfolds beyond measure", at)

    def _name(self, cursor: _Cursor) -> str:
        """Read a name by its offset; a name that is used here first stands here, too."""
        offset = cursor.number(4)
        place = _Cursor(self._chunk, min(offset, len(self._chunk)), len(self._chunk))
        place.take(4)  # offset of the next name in its bucket
        stored_hash = place.number(2)
        name = self._units(place)
        if offset == cursor.at:
            cursor.at = place.at
            cursor.take(2)
        if not name:
            raise BinXmlError("bad_name", "a name is empty", offset)
        if not self._is_live and _name_hash(name) != stored_hash:
            raise BinXmlError("bad_name", "the name has been overwritten", offset)
        return name

    def _units(self, cursor: _Cursor) -> str:
        """Read text behind its length in UTF-16 units."""
        raw = cursor.take(2 * cursor.number(2))
        self._spend(0, len(raw), cursor.at)
        return raw.decode("utf-16-le", "replace")

    def _instance(self, cursor: _Cursor, depth: int) -> list[Element]:
        cursor.take(1)
        template_id = cursor.take(4)
        offset = cursor.number(4)
        definition = _Cursor(self._chunk, min(offset, len(self._chunk)), len(self._chunk))
        definition.take(4)  # offset of the next template in its bucket
        guid = definition.take(16)
        if guid[:4] != template_id and not self._is_live:
            raise BinXmlError("bad_template", "the template has been overwritten", offset)
        size = definition.number(4)
        body = _Cursor(self._chunk, definition.at, definition.at + size)
        if offset == cursor.at:
            cursor.take(24 + size)
        return self.fragment(body, self._values(cursor), depth)

    def _values(self, cursor: _Cursor) -> list[_Value]:
        count = cursor.number(4)
        heads = _Cursor(self._chunk, cursor.at, cursor.stop)
        cursor.take(4 * count)
        self._spend(count, cursor.stop - cursor.at, cursor.at)
        values = []
        for _ in range(count):
            size, kind = heads.number(2), heads.number(2) & 0xFF
            at = cursor.at
            values.append(_Value(kind, cursor.take(size), at))
        return values

    def _element(
        self, cursor: _Cursor, values: Sequence[_Value] | None, depth: int, *, has_list: bool
    ) -> list[Element]:
        """Read an element behind its token; an array makes several of it, or none."""
        if depth >= MAX_DEPTH:
            raise BinXmlError("too_deep", f"elements nest deeper than {MAX_DEPTH}", cursor.at)
        cursor.take(4 if values is None else 6)  # dependency id, in templates only; size
        name = self._name(cursor)
        cursor.take(4 if has_list else 0)  # size of the list of attributes
        element = Element(name.rpartition(":")[2] or name, [])
        token = self._attributes(cursor, values, element)
        parts: list[_Part] = []
        while token != _CLOSE_EMPTY:
            more, token = self._content(cursor, values)
            parts += more
            kind = token & ~_FLAG
            if token == _CLOSE:
                break
            if kind != _OPEN:
                raise _bad_token(token, cursor)
            element.is_container = True
            children = self._element(cursor, values, depth + 1, has_list=token != kind)
            element.children += children
        return self._filled(element, parts, depth)

    def _attributes(
        self, cursor: _Cursor, values: Sequence[_Value] | None, element: Element
    ) -> int:
        """Read an element's attributes up to the token that closes its start, and return that."""
        token = self._token(cursor)
        while token & ~_FLAG == _ATTRIBUTE:
            name = self._name(cursor)
            parts, token = self._content(cursor, values)
            if not _are_absent(parts):
                element.attributes.append((name, "".join(self._text(p) for p in parts)))
        if token not in (_CLOSE_START, _CLOSE_EMPTY):
            raise _bad_token(token, cursor)
        return token

    def _content(self, cursor: _Cursor, values: Sequence[_Value] | None) -> tuple[list[_Part], int]:
        """Read pieces of text and values; return them and the first token that is none."""
        parts: list[_Part] = []
        while True:
            token = self._token(cursor)
            if token in (_NORMAL, _OPTIONAL) and values is not None:
                index = cursor.number(2)
                cursor.take(1)  # declared type: the actual one decides
                value = values[index] if index < len(values) else _Value(NULL, b"", cursor.at)
                is_absent = token == _OPTIONAL and value.kind == NULL
                parts.append(value._replace(is_absent=is_absent))
            elif token & ~_FLAG in _LITERALS:
                parts.append(self._literal(token & ~_FLAG, cursor))
            else:
                return parts, token

    def _literal(self, token: int, cursor: _Cursor) -> str:
        """Read the rest of a text, CDATA, reference or instruction; the last one is no text."""
        if token == _TEXT and cursor.take(1)[0] != STRING:
            raise BinXmlError("bad_value", "a literal value is no string", cursor.at - 1)
        if token in (_TEXT, _CDATA):
            return self._units(cursor).rstrip("\0")
        if token == _CHAR_REF:
            code = cursor.number(2)
            return "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)
        if token == _ENTITY_REF:
            name = self._name(cursor)
            return _ENTITIES.get(name, f"&{name};")
        if token == _PI_TARGET:
            self._name(cursor)
        else:
            self._units(cursor)
        return ""

    def _filled(self, element: Element, parts: list[_Part], depth: int) -> list[Element]:
        """Give an element its text and the elements within its values."""
        for part in parts:
            if isinstance(part, _Value) and part.kind == BINXML and part.raw:
                element.is_container = True
                inside = _Cursor(self._chunk, part.at, part.at + len(part.raw))
                element.children += self.fragment(inside, None, depth + 1)
        only = parts[0] if len(parts) == 1 else ""
        if element.is_container or _are_absent(parts):
            element.text = None
        elif isinstance(only, _Value) and only.kind & ARRAY:
            return [replace(element, text=item) for item in self._items(only)]
        else:
            element.text = "".join(self._text(part) for part in parts)
        return [element]

    def _text(self, part: _Part) -> str:
        if isinstance(part, str):
            return part
        self._spend(0, len(part.raw), part.at)
        if part.kind & ARRAY:
            return ",".join(self._items(part))
        return "" if part.kind == BINXML else value_text(part.kind, part.raw)

    def _items(self, value: _Value) -> list[str]:
        items = array_items(value.kind, value.raw)
        self._spend(len(items), len(value.raw), value.at)
        return items


def _name_hash(name: str) -> int:
    units = memoryview(name.encode("utf-16-le", "replace")).cast("H")
    value = 0
    for unit in units:
        value = (value * 65599 + unit) & 0xFFFF
    return value


def _are_absent(parts: list[_Part]) -> bool:
    """Whether there is nothing but optional values that are null."""
    return bool(parts) and all(isinstance(part, _Value) and part.is_absent for part in parts)


def _bad_token(token: int, cursor: _Cursor) -> BinXmlError:
    return BinXmlError("bad_token", f"token {token:#04x} makes no sense here", cursor.at - 1)
