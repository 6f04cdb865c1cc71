"""Hostile XML text to a small tree, with every bound that keeps one record from costing the run.

Document types and entity declarations are refused, size, depth and number of elements are bounded. What
XML 1.0 forbids but Windows writes all the same (control characters in command lines, raw or as references)
survives, and so do carriage returns, which an XML parser would drop.
"""

from __future__ import annotations

import re
from typing import Final
from xml.parsers import expat

MAX_CHARS: Final = 8 * 1024 * 1024
MAX_DEPTH: Final = 256
MAX_ELEMENTS: Final = 100_000

_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE: Final = re.compile(r"&#(?:x([0-9A-Fa-f]{1,9})|([0-9]{1,10}));")
_CR_OUTSIDE_TAGS: Final = re.compile(r"<!\[CDATA\[.*?\]\]>|(<[^>]*>)|\r", re.DOTALL)
_DECLARATION: Final = re.compile(r"\ufeff?\s*<\?xml\s[^>]{0,200}\?>")
#: Private characters that stand in for forbidden ones while expat looks; a block that the text does not use.
_STAND_IN_BLOCKS: Final = range(0x10FE00, 0x10F000, -0x100)


class BadXml(ValueError):  # noqa: N818 - it names the data's state, and other readers know it by this name
    """Text that is no event; ``reason`` is the stable word for the reject."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class Element:
    """One element: names without prefix, ``attributes`` as name, value, name, value; text pieces joined.

    No dataclass: tens are made for every record, and this is what a reader of XML spends its time on.
    """

    __slots__ = ("attributes", "children", "name", "text")

    def __init__(self, name: str, attributes: list[str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Element] = []
        self.text = ""  # the element's own, child elements' text apart


def parse_xml(text: str) -> Element:
    """Return the root element of ``text``; raise :class:`BadXml` for anything that is not one document."""
    if len(text) > MAX_CHARS:
        raise BadXml("too_large", f"{len(text)} characters of XML")
    declaration = _DECLARATION.match(text)
    text = text[declaration.end() :] if declaration else text.removeprefix("\ufeff")
    clean, restore = _with_stand_ins(text.strip(" \t\r\n\x00"))
    builder = _TreeBuilder(restore)
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.ordered_attributes = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    parser.StartDoctypeDeclHandler = builder.refuse
    parser.EntityDeclHandler = builder.refuse
    try:
        parser.Parse(_encoded(clean), True)
    except expat.ExpatError as error:
        raise BadXml("bad_xml", str(error)) from None
    return builder.root


def wrapped(fragment: str) -> str:
    """Return a fragment of one or more elements as a document with the root ``Event``."""
    declaration = _DECLARATION.match(fragment)
    body = fragment[declaration.end() :] if declaration else fragment.removeprefix("\ufeff")
    return f"<Event>{body}</Event>"


class _TreeBuilder:
    """Expat's callbacks; raises where a bound is passed."""

    def __init__(self, restore: dict[int, int]) -> None:
        self._restore = restore
        self._open: list[Element] = []
        self._count = 0
        self.root = Element("", [])

    def start(self, name: str, attributes: list[str]) -> None:
        self._count += 1
        if self._restore:
            attributes = [part.translate(self._restore) for part in attributes]
        element = Element(name.rpartition(":")[2] if ":" in name else name, attributes)
        if not self._open:
            self.root = element
        elif len(self._open) < MAX_DEPTH and self._count <= MAX_ELEMENTS:
            self._open[-1].children.append(element)
        else:
            raise BadXml("too_large", f"over {MAX_ELEMENTS} elements, or {MAX_DEPTH} in each other")
        self._open.append(element)

    def end(self, _name: str) -> None:
        self._open.pop()

    def characters(self, piece: str) -> None:
        if self._restore:
            piece = piece.translate(self._restore)
        element = self._open[-1]
        element.text = element.text + piece if element.text else piece

    def refuse(self, *_declaration: object) -> None:
        raise BadXml("doctype", "document types and entity declarations are refused")


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:  # surrogates: pairs join, lone ones become U+FFFD
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def _with_stand_ins(text: str) -> tuple[str, dict[int, int]]:
    """Hide characters that expat refuses or drops; return the text and the table that brings them back."""
    if not ("\r" in text or "&#" in text or _FORBIDDEN.search(text)):
        return text, {}
    block = next((b for b in _STAND_IN_BLOCKS if not _uses_block(text, b)), None)
    if block is None:
        raise BadXml("bad_xml", "uses every private character there is")
    forward = {code: block + code for code in (*range(9), 11, 12, *range(14, 32))}
    forward |= {0xFFFE: block + 0x20, 0xFFFF: block + 0x21}
    hidden = text.translate(forward)

    def reference(match: re.Match[str]) -> str:
        code = int(match[1], 16) if match[1] else int(match[2])
        if code in forward:
            return chr(forward[code])
        return "\ufffd" if 0xD800 <= code < 0xE000 or code > 0x10FFFF else match[0]

    def carriage_return(match: re.Match[str]) -> str:
        return match[1] or match[0].replace("\r", chr(block + 13))

    if "&#" in hidden:
        hidden = _REFERENCE.sub(reference, hidden)
    if "\r" in hidden:
        hidden = _CR_OUTSIDE_TAGS.sub(carriage_return, hidden)
    return hidden, {**{new: old for old, new in forward.items()}, block + 13: 13}


def _uses_block(text: str, block: int) -> bool:
    return re.search(f"[{chr(block)}-{chr(block + 0xFF)}]", text) is not None
