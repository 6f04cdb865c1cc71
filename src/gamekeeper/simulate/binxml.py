"""BinXML as Windows writes it, and the chunk that holds it.

A template is written out where a chunk first uses it and referred to afterwards; names of elements and
attributes likewise. Both are found through small hash tables in the chunk's header, so all offsets
count from the start of the chunk.
"""

from __future__ import annotations

import struct
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from gamekeeper.errors import UsageError
from gamekeeper.simulate.definitions import (
    Mark,
    Part,
    attribute_parts,
    definition_parts,
    text_parts,
)
from gamekeeper.simulate.trees import (
    FRAGMENT_CODE,
    NO_HEAD,
    TEMPLATE_BUCKETS,
    Cdata,
    Character,
    Element,
    Encoder,
    Entity,
    Head,
    Hole,
    Template,
    hash_words,
)
from gamekeeper.simulate.values import shown_items

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

CHUNK_BYTES: Final = 65_536
_HEADER_BYTES: Final = 512
_NAME_BUCKETS: Final = 64
_MOST: Final = 0xFFFF  # bytes of a value
_FRAGMENT_HEADER: Final = b"\x0f\x01\x01\x00"
_U16, _U32 = struct.Struct("<H"), struct.Struct("<I")


@cache
def _name(name: str) -> tuple[int, bytes]:
    """Return the bucket of a name and its bytes: hash, length, text."""
    text = name.encode("utf-16-le")
    words = struct.unpack(f"<{len(text) // 2}H", text)
    hashed = hash_words(words) & 0xFFFF
    told = _U16.pack(hashed) + _U16.pack(len(words)) + text + b"\0\0"
    return hashed % _NAME_BUCKETS, told


def _too_large(size: int) -> UsageError:
    return UsageError(f"a value of {size} bytes does not fit into an event record")


def _filled_attributes(element: Element, values: Iterator[Any]) -> Iterator[tuple[str, str]]:
    for name, value in element.attributes:
        if not isinstance(value, Hole):
            yield name, value
        elif (given := next(values)) is not None:
            yield name, value.kind.show(given)
        elif not value.optional:
            yield name, ""


class Chunk:
    """64 KiB of records with the names and templates that they share."""

    def __init__(self) -> None:
        self.data = bytearray(_HEADER_BYTES)
        self._names: dict[str, int] = {}
        self._name_heads = [0] * _NAME_BUCKETS
        self._openings: dict[tuple[str, tuple[tuple[str, str], ...]], bytes] = {}
        self._templates: dict[bytes, int] = {}  # by GUID: equal trees share
        self._template_heads = [0] * TEMPLATE_BUCKETS

    def mark(self) -> tuple[int, int, int, list[int], list[int]]:
        """Return what :meth:`rewind` needs to forget everything that is written from here on."""
        heads = self._name_heads.copy(), self._template_heads.copy()
        return len(self.data), len(self._names), len(self._templates), *heads

    def rewind(self, mark: tuple[int, int, int, list[int], list[int]]) -> None:
        """Forget what was written since ``mark``."""
        size, names, templates, self._name_heads, self._template_heads = mark
        del self.data[size:]
        self._openings.clear()
        while len(self._names) > names:
            self._names.popitem()
        while len(self._templates) > templates:
            self._templates.popitem()

    def tables(self) -> bytes:
        """Return the two hash tables of the chunk header."""
        heads = (*self._name_heads, *self._template_heads)
        return struct.pack(f"<{len(heads)}I", *heads)

    def put_instance(self, template: Template, values: Sequence[Any], head: Head = NO_HEAD) -> None:
        """Append a fragment that fills ``template``; nested fragments are (template, values) pairs.

        ``head`` is what its first values became, where many instances share them.
        """
        data = self.data
        data += _FRAGMENT_HEADER
        known = self._templates.get(template.guid)
        offset = len(data) + 10 if known is None else known
        data += b"\x0c\x01" + template.guid[:4] + _U32.pack(offset)
        if known is None:
            self._put_definition(template)
        count = len(template.encoders)
        data += _U32.pack(count)
        at = len(data)
        data += bytes(4 * count)
        words = self._put_values(template.encoders[len(head.words) :], values, head)
        template.descriptors.pack_into(data, at, *words)
        data.append(0)

    def _put_values(
        self, encoders: Sequence[Encoder], values: Sequence[Any], head: Head
    ) -> list[int]:
        """Append the values of an instance and return their descriptors: a value's size, then its type.

        What values become is kept back until a fragment needs its place, or all are there: one copy for many.
        """
        data = self.data
        words, waiting = [*head.words], [head.raw]
        for encoder, value in zip(encoders, values, strict=True):
            if value is None:
                words.append(0)
            elif encoder is None:
                data += b"".join(waiting)
                waiting.clear()
                start = len(data)
                self.put_instance(*value)
                size = len(data) - start
                if size > _MOST:
                    raise _too_large(size)
                words.append(size | FRAGMENT_CODE << 16)
            else:
                encode, code = encoder
                raw = encode(value)
                size = len(raw)
                if size > _MOST:
                    raise _too_large(size)
                waiting.append(raw)
                words.append(size | code)
        data += b"".join(waiting)
        return words

    def put_text(self, root: Element, values: Sequence[Any]) -> None:
        """Append a fragment without a template: every value stands in the record itself, as text.

        An array gives one element an item; an optional hole without a value gives no element.
        """
        self.data += _FRAGMENT_HEADER
        self._put_filled(root, iter(values))
        self.data.append(0)

    def _put_filled(self, element: Element, values: Iterator[Any]) -> None:
        attributes = tuple(_filled_attributes(element, values)) if element.attributes else ()
        content = element.content
        if len(content) == 1 and isinstance(content[0], Hole):
            self._put_leaves(element.name, attributes, content[0], next(values))
            return
        at = self._open_element(element.name, attributes)
        if content:
            self.data.append(0x02)
        for node in content:
            if isinstance(node, Element):
                self._put_filled(node, values)
            elif not isinstance(node, Hole):
                self._put_text(node)
            elif (given := next(values)) is not None:
                self._put_text(node.kind.show(given))
        self._close_element(at, is_empty=not content)

    def _put_leaves(
        self,
        name: str,
        attributes: tuple[tuple[str, str], ...],
        hole: Hole,
        value: Sequence[Any] | None,
    ) -> None:
        """Append the elements that one hole makes: mostly one, an array's items, or none."""
        absent = [] if hole.optional else [""]
        texts = absent if value is None else shown_items(hole.kind, value)
        for text in texts:
            opening = self._openings.get((name, attributes))
            if text and opening is not None:
                raw = text.encode("utf-16-le", "surrogatepass")
                if len(raw) <= 2 * 0xFFFF:
                    start = b"\x41" if attributes else b"\x01"
                    size = _U32.pack(len(opening) + len(raw) + 6)
                    head = b"\x02\x05\x01" + _U16.pack(len(raw) // 2)
                    self.data += b"".join((start, size, opening, head, raw, b"\x04"))
                    continue
            at = self._open_element(name, attributes)
            if text:
                self.data.append(0x02)
                self._put_text(text)
            self._close_element(at, is_empty=not text)

    def _open_element(self, name: str, attributes: tuple[tuple[str, str], ...]) -> int:
        """Write an element up to its attributes and return where its size stands.

        Openings repeat from record to record: once all their names are known, their bytes are kept.
        """
        data = self.data
        data.append(0x41 if attributes else 0x01)  # only templates have a dependency here
        at = len(data)
        data += b"\0\0\0\0"
        known = self._openings.get((name, attributes))
        if known is not None:
            data += known
            return at
        names = len(self._names)
        self._put_name(name)
        if attributes:
            self._put_parts(attribute_parts(attributes, iter(())))
        if len(self._names) == names:
            self._openings[name, attributes] = bytes(data[at + 4 :])
        return at

    def _close_element(self, at: int, *, is_empty: bool) -> None:
        self.data.append(0x03 if is_empty else 0x04)
        _U32.pack_into(self.data, at, len(self.data) - at - 4)

    def _put_definition(self, template: Template) -> None:
        data = self.data
        start = self._templates[template.guid] = len(data)
        data += _U32.pack(self._template_heads[template.bucket]) + template.guid + bytes(4)
        self._template_heads[template.bucket] = start
        data += _FRAGMENT_HEADER
        self._put_parts(definition_parts(template))
        data.append(0)
        _U32.pack_into(data, start + 20, len(data) - start - 24)

    def _put_parts(self, parts: Iterable[Part]) -> None:
        """Append the parts of a definition: bytes, names, and sizes of what stands between two marks."""
        data = self.data
        sizes: list[int] = []
        for part in parts:
            if isinstance(part, bytes):
                data += part
            elif isinstance(part, str):
                self._put_name(part)
            elif part is Mark.OPENS:
                sizes.append(len(data))
                data += b"\0\0\0\0"
            else:
                at = sizes.pop()
                _U32.pack_into(data, at, len(data) - at - 4)

    def _put_name(self, name: str) -> None:
        """Append the offset of a name, and the name itself where this chunk has not met it yet."""
        known = self._names.get(name)
        if known is not None:
            self.data += _U32.pack(known)
            return
        bucket, told = _name(name)
        at = self._names[name] = len(self.data) + 4
        self.data += _U32.pack(at) + _U32.pack(self._name_heads[bucket]) + told
        self._name_heads[bucket] = at

    def _put_text(self, node: Cdata | Entity | Character | str) -> None:
        self._put_parts(text_parts(node))
