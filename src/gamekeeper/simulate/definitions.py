"""What a chunk writes where it first uses a template, cut into parts that only a chunk can place.

Sizes and the places of names depend on what a chunk holds so far; everything else is the same each time.
"""

from __future__ import annotations

import struct
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Final

from gamekeeper.errors import UsageError
from gamekeeper.simulate.trees import (
    FRAGMENT_CODE,
    Cdata,
    Character,
    Element,
    Entity,
    Hole,
    Template,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_MORE: Final = 0x40  # an attribute follows, or an element has attributes
_U16: Final = struct.Struct("<H")


class Mark(Enum):
    """Where a size stands, and where what it counts ends."""

    OPENS = "opens"
    CLOSES = "closes"


#: Bytes as they are, a name, or a mark of a size.
Part = bytes | str | Mark


@cache
def definition_parts(template: Template) -> tuple[Part, ...]:
    """Return the parts of a template's element."""
    return _joined(_element_parts(template.root, iter(range(len(template.holes)))))


def _joined(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Join neighbouring bytes."""
    joined: list[Part] = []
    for part in parts:
        last = joined[-1] if joined else None
        if isinstance(part, bytes) and isinstance(last, bytes):
            joined[-1] = last + part
        else:
            joined.append(part)
    return tuple(joined)


def _element_parts(element: Element, numbers: Iterator[int]) -> list[Part]:
    attributes = attribute_parts(element.attributes, numbers) if element.attributes else []
    content: list[Part] = []
    dependency = b"\xff\xff"
    for node in element.content:
        if isinstance(node, Element):
            content += _element_parts(node, numbers)
        elif isinstance(node, Hole):
            number = _U16.pack(next(numbers))
            content.append(_hole(node, number))
            if node.optional and node.kind.code != FRAGMENT_CODE:
                dependency = number
        else:
            content += text_parts(node)
    start = bytes([0x01 | (_MORE if element.attributes else 0)]) + dependency
    body = [b"\x02", *content, b"\x04"] if element.content else [b"\x03"]
    return [start, Mark.OPENS, element.name, *attributes, *body, Mark.CLOSES]


def attribute_parts(
    attributes: Sequence[tuple[str, str | Hole]], numbers: Iterator[int]
) -> list[Part]:
    """Return the parts of an element's attributes, in order, with their size before them."""
    parts: list[Part] = [Mark.OPENS]
    last = len(attributes) - 1
    for position, (name, value) in enumerate(attributes):
        parts += [bytes([0x06 | (_MORE if position < last else 0)]), name]
        if isinstance(value, Hole):
            parts.append(_hole(value, _U16.pack(next(numbers))))
        else:
            parts += text_parts(value)
    return [*parts, Mark.CLOSES]


def _hole(hole: Hole, number: bytes) -> bytes:
    kind = 0x0E if hole.optional else 0x0D
    return bytes([kind]) + number + bytes([hole.kind.template_code])


def text_parts(node: Cdata | Entity | Character | str) -> list[Part]:
    """Return the parts of text or of a reference."""
    if isinstance(node, Entity):
        return [b"\x09", node.name]
    if isinstance(node, Character):
        return [b"\x08" + _U16.pack(node.code)]
    head, whole = (b"\x07", node.text) if isinstance(node, Cdata) else (b"\x05\x01", node)
    text = whole.encode("utf-16-le", "surrogatepass")
    if len(text) > 2 * 0xFFFF:
        message = f"a text of {len(text)} bytes does not fit into an event record"
        raise UsageError(message)
    return [head + _U16.pack(len(text) // 2) + text]
