"""Event XML that a converter turned into JSON, back to fields, as ``docs/reference/events.md`` says.

Converters write attributes in one of three ways: below ``#attributes``, in a sibling called
``<element>_attributes``, or as ``@name``; a text beside attributes is ``#text``. Repeated elements are
lists, or get a number at the end of their name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from gamekeeper.sources.json.faults import MAX_DEPTH, too_deep
from gamekeeper.sources.json.text import Record, guid, object_of, text_of
from gamekeeper.sources.windows_xml import value_text

if TYPE_CHECKING:
    from gamekeeper.sources.json.text import Pairs

_HEX: Final = re.compile(r"0x[0-9A-F]{1,16}")
_SIBLING: Final = "_attributes"
_TEXT: Final = "#text"
_NAMED_LEAVES: Final = frozenset({"Data", "ComplexData"})
_BLOCKS: Final = frozenset({"EventData", "UserData", "RenderingInfo"})


def attributes_of(parent: Record, name: str) -> Record:
    """Return the attributes of an element, in whichever of the three ways they are written."""
    found = {**object_of(parent.get(name + _SIBLING))}
    value = parent.get(name)
    if isinstance(value, dict):
        found.update(object_of(value.get("#attributes")))
        found.update({key[1:]: item for key, item in value.items() if key[:1] == "@"})
    return found


def text_in(value: object) -> object:
    """Return the text of an element that may carry attributes, and ``None`` for a mere container."""
    return value.get(_TEXT) if isinstance(value, dict) else value


#: How a converter's value of a field becomes the event's text.
Speller = Callable[[str, object], str]


def as_found(_name: str, value: object) -> str:
    """Spell a value of a converter that keeps GUIDs in braces."""
    return value_text(text_of(value))


def with_braces(_name: str, value: object) -> str:
    """Spell a value of a converter that leaves the braces of GUIDs out, as the Rust decoder does."""
    return value_text(text_of(value), bare_guids=True)


def spelled_by_evtxecmd(name: str, value: object) -> str:
    """Spell a value of EvtxECmd: GUIDs in bare lower case, hexadecimal in upper case, markup escaped."""
    text = text_of(value)
    if name.lower().endswith("guid"):
        return guid(text) or text
    if _HEX.fullmatch(text):
        return text.lower()
    if "&" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return value_text(text)


class Fields:
    """Collects the fields of one event in document order."""

    def __init__(self, spell: Speller) -> None:
        self.out: Pairs = []
        self._spell = spell
        self._depth = 0

    def put(self, name: str, value: object) -> None:
        """Append one field in canonical spelling."""
        self.out.append((name, "" if value is None else self._spell(name, value)))

    def collect(self, name: str, parent: Record) -> None:
        """Append the fields of the element ``name`` of ``parent``, however often it is repeated."""
        if self._depth > MAX_DEPTH:
            raise too_deep()
        self._depth += 1
        sibling = object_of(parent.get(name + _SIBLING))
        values = parent.get(name)
        name = name.rpartition(":")[2] or "Data"
        for value in values if isinstance(values, list) else (values,):
            if isinstance(value, dict):
                self._element(name, value, sibling)
            else:
                self._leaf(name, name, value, sibling)
        self._depth -= 1

    def _element(self, name: str, value: Record, sibling: Record) -> None:
        attributes = dict(sibling)
        children = []
        for key, item in value.items():
            if key == "#attributes":
                attributes.update(object_of(item))
            elif key[:1] == "@":
                attributes[key[1:]] = item
            elif key != _TEXT and not (key.endswith(_SIBLING) and key[: -len(_SIBLING)] in value):
                children.append(key)
        own_name = name
        if name in _NAMED_LEAVES and attributes.get("Name"):
            own_name = text_of(attributes.pop("Name"))
        if not children:
            self._leaf(name, own_name, value.get(_TEXT), attributes)
            return
        self._attributes(name, attributes)
        for key in children:
            self.collect(key, value)

    def _leaf(self, name: str, own_name: str, value: object, attributes: Record) -> None:
        marked = self._attributes(name, attributes)
        # Only directly below Event are these names containers; further down they may be fields'.
        if value in (None, "") and self._depth == 1 and name in _BLOCKS:
            return
        # Classic events have an optional Binary, which converters show as null where it is absent.
        if value is None and name == "Binary":
            return
        for item in value if isinstance(value, list) else (value,):
            if item not in (None, "") or not marked:
                self.put(own_name, item)

    def _attributes(self, name: str, attributes: Record) -> bool:
        """Append an element's attributes; return whether it has any that count."""
        marked = False
        for key, item in attributes.items():
            if not key.startswith("xmlns"):
                marked = True
                self.put(f"{name}_{key}", item)
        return marked
