"""Trees of elements as events consist of them, and templates: trees whose holes take values."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gamekeeper.simulate.values import Kind

TEMPLATE_BUCKETS: Final = 32
FRAGMENT_CODE: Final = 0x21


@dataclass(frozen=True, slots=True)
class Hole:
    """Where a template takes a value; an optional one without a value hides its element or attribute."""

    kind: Kind
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Cdata:
    """Text in a CDATA section."""

    text: str


@dataclass(frozen=True, slots=True)
class Entity:
    """A named entity reference, ``&amp;``."""

    name: str


@dataclass(frozen=True, slots=True)
class Character:
    """A numeric character reference."""

    code: int


@dataclass(frozen=True, slots=True)
class Element:
    """One element; ``str`` content is text."""

    name: str
    attributes: tuple[tuple[str, str | Hole], ...] = ()
    content: tuple[Node, ...] = ()


Node = Element | Hole | Cdata | Entity | Character | str


def _holes(element: Element) -> Iterator[Hole]:
    for _, value in element.attributes:
        if isinstance(value, Hole):
            yield value
    for node in element.content:
        if isinstance(node, Hole):
            yield node
        elif isinstance(node, Element):
            yield from _holes(node)


#: How a value becomes bytes, and its type in the upper half of a descriptor.
Encoder = tuple["Callable[[Any], bytes]", int] | None


@dataclass(frozen=True, slots=True)
class Head:
    """What the first values of an instance became: their descriptors and their bytes."""

    words: tuple[int, ...] = ()
    raw: bytes = b""


NO_HEAD: Final = Head()


@dataclass(frozen=True, eq=False)
class Template:
    """A tree whose holes are filled by an array of values, in document order."""

    root: Element
    holes: tuple[Hole, ...] = field(init=False)
    guid: bytes = field(init=False)
    bucket: int = field(init=False)
    descriptors: struct.Struct = field(init=False)
    #: How each hole's value becomes bytes, and the upper half of its descriptor; None where it is a fragment.
    encoders: tuple[Encoder, ...] = field(init=False)

    def __post_init__(self) -> None:
        # The same tree has the same GUID in every chunk and file, as with real providers.
        guid = UUID(bytes=hashlib.md5(repr(self.root).encode(), usedforsecurity=False).digest())
        object.__setattr__(self, "holes", tuple(_holes(self.root)))
        object.__setattr__(self, "guid", guid.bytes_le)
        object.__setattr__(self, "descriptors", struct.Struct(f"<{len(self.holes)}I"))
        encoders = tuple(
            None if hole.kind.code == FRAGMENT_CODE else (hole.kind.encode, hole.kind.code << 16)
            for hole in self.holes
        )
        object.__setattr__(self, "encoders", encoders)
        words = struct.unpack("<8H", guid.bytes_le)
        object.__setattr__(self, "bucket", hash_words(words) % TEMPLATE_BUCKETS)

    def head(self, values: Sequence[Any]) -> Head:
        """Return what these first values become, none of them a fragment."""
        words, waiting = [], []
        for encoder, value in zip(self.encoders, values, strict=False):
            assert encoder is not None
            raw = b"" if value is None else encoder[0](value)
            words.append(0 if value is None else len(raw) | encoder[1])
            waiting.append(raw)
        return Head(tuple(words), b"".join(waiting))


def hash_words(words: Sequence[int]) -> int:
    """Return the hash by which chunks find names and templates, from 16-bit words."""
    total = 0
    for word in words:
        total = (total * 65_599 + word) & 0xFFFF_FFFF
    return total
