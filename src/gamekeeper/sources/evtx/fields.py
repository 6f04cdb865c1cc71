"""Elements of one event to an :class:`Event`: sections "envelope" and "rest" of docs/reference/events.md."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gamekeeper.sources.written_time import filetime_from_iso

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMED_LEAVES: Final = frozenset({"Data", "ComplexData"})
_BLOCKS: Final = frozenset({"EventData", "UserData", "RenderingInfo"})
_TEXT_COLUMNS: Final = {
    ("Provider", "Name"): "Provider_Name",
    ("Provider", "Guid"): "Provider_Guid",
    ("Provider", "EventSourceName"): "Provider_EventSourceName",
    ("EventID", "Qualifiers"): "EventID_Qualifiers",
    ("Version", ""): "Version",
    ("Level", ""): "Level",
    ("Task", ""): "Task",
    ("Opcode", ""): "Opcode",
    ("Keywords", ""): "Keywords",
    ("Correlation", "ActivityID"): "Correlation_ActivityID",
    ("Correlation", "RelatedActivityID"): "Correlation_RelatedActivityID",
    ("Execution", "ProcessID"): "Execution_ProcessID",
    ("Execution", "ThreadID"): "Execution_ThreadID",
    ("Channel", ""): "Channel",
    ("Computer", ""): "Computer",
    ("Security", "UserID"): "Security_UserID",
}
_INTEGERS: Final = {("EventID", ""): 1 << 31, ("EventRecordID", ""): 1 << 63}
_GUID_COLUMNS: Final = frozenset(
    {"Provider_Guid", "Correlation_ActivityID", "Correlation_RelatedActivityID"}
)
_GUID: Final = re.compile(r"\{?([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\}?")
_TIME: Final = ("TimeCreated", "SystemTime")


@dataclass(slots=True)
class Element:
    """One element, substitutions done.

    ``text`` is None where there is no value at all: an optional value that is null. A container stays
    one when its children are absent.
    """

    name: str  # without prefix
    attributes: list[tuple[str, str]]  # absent ones left out
    children: list[Element] = field(default_factory=list)
    is_container: bool = False
    text: str | None = ""


class EventFields:
    """What one event's elements say."""

    def __init__(self, root: Element) -> None:
        self.system: dict[str, str] = {}
        self.integers: dict[str, int] = {}
        self.filetime: int | None = None
        self.data: list[tuple[str, str]] = []
        for part in root.children:
            if part.name == "System":
                for element in part.children:
                    self._envelope(element)
            elif part.name == "RenderingInfo":
                self.data.extend(_rendering(part))
            else:
                self.data.extend(_fields(part))

    def _envelope(self, element: Element, *, is_direct: bool = True) -> None:
        for attribute, value in _attributes(element):
            self._entry(element.name, attribute, value, is_direct=is_direct)
        if element.is_container:
            for child in element.children:
                self._envelope(child, is_direct=False)
        elif element.text:
            self._entry(element.name, "", element.text, is_direct=is_direct)

    def _entry(self, element: str, attribute: str, value: str, *, is_direct: bool) -> None:
        key = (element, attribute)
        column = _TEXT_COLUMNS.get(key) if is_direct else None
        if is_direct and not value and (column or key in _INTEGERS or key == _TIME):
            return
        if column and column not in self.system:
            guid = _GUID.fullmatch(value) if column in _GUID_COLUMNS else None
            self.system[column] = f"{{{guid[1].upper()}}}" if guid else value
        elif not (is_direct and self._takes_number(key, value)):
            self.data.append(("_".join(filter(None, ("System", *key))), value))

    def _takes_number(self, key: tuple[str, str], value: str) -> bool:
        """Keep a value as integer or time; False where it is none, or a second one."""
        digits = int(value) if value.isascii() and value.isdigit() and len(value) < 20 else None
        if key == _TIME and self.filetime is None:
            self.filetime = filetime_from_iso(value)
            if self.filetime is None and digits is not None and digits < 1 << 63:
                self.filetime = digits  # a FILETIME that is no date
            return self.filetime is not None
        if digits is None or digits >= _INTEGERS.get(key, 0) or key[0] in self.integers:
            return False
        self.integers[key[0]] = digits
        return True


def _attributes(element: Element) -> Iterator[tuple[str, str]]:
    for name, value in element.attributes:
        if name != "xmlns" and not name.startswith("xmlns:"):
            yield name, value


def _rendering(info: Element) -> Iterator[tuple[str, str]]:
    yield from ((f"RenderingInfo_{name}", value) for name, value in _attributes(info))
    for child in info.children:
        for name, value in _fields(child):
            yield (name if name == "Message" else f"RenderingInfo_{name}"), value


def _fields(element: Element) -> Iterator[tuple[str, str]]:
    """Yield an element's fields: its attributes, then its children's or its own value."""
    own_name = element.name
    is_marked = False
    for name, value in _attributes(element):
        if name == "Name" and element.name in _NAMED_LEAVES:
            own_name = value or own_name
        else:
            is_marked = True
            yield f"{element.name}_{name}", value
    if element.is_container:
        for child in element.children:
            yield from _fields(child)
    elif element.text is not None and element.name not in _BLOCKS:
        yield from [(own_name, element.text)] if element.text or not is_marked else ()
