"""One Windows event in XML to an :class:`Event`, as ``docs/reference/events.md`` says.

Every reader that meets event XML comes here: files of XML, CSV and JSON exports that carry it in a column,
and the tests that compare decoders.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gamekeeper.model.build import Event
from gamekeeper.sources.written_time import filetime_from_iso
from gamekeeper.sources.xml_tree import BadXml, Element, parse_xml, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["BadXml", "envelope_text", "event_from_xml", "fields_from_fragment", "value_text"]

_ELEMENT_COLUMNS: Final = frozenset(
    {"Version", "Level", "Task", "Opcode", "Keywords", "Channel", "Computer"}
)
_ATTRIBUTE_COLUMNS: Final = {
    ("Provider", "Name"): "Provider_Name",
    ("Provider", "Guid"): "Provider_Guid",
    ("Provider", "EventSourceName"): "Provider_EventSourceName",
    ("EventID", "Qualifiers"): "EventID_Qualifiers",
    ("Correlation", "ActivityID"): "Correlation_ActivityID",
    ("Correlation", "RelatedActivityID"): "Correlation_RelatedActivityID",
    ("Execution", "ProcessID"): "Execution_ProcessID",
    ("Execution", "ThreadID"): "Execution_ThreadID",
    ("Security", "UserID"): "Security_UserID",
}
_GUID_COLUMNS: Final = frozenset(
    {"Provider_Guid", "Correlation_ActivityID", "Correlation_RelatedActivityID"}
)
_INTEGERS: Final = {"EventID": 2**31, "EventRecordID": 2**63}
_BLOCKS: Final = frozenset({"EventData", "UserData", "RenderingInfo"})
_NAMED_LEAVES: Final = frozenset({"Data", "ComplexData"})
_WRAPPERS: Final = frozenset(
    {"DataItem"}
)  # Operations Manager and Log Analytics put one around EventData

_GUID: Final = re.compile(r"\{?([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\}?")
_GUID_IN_BRACES: Final = re.compile(r"\{[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}")
_GUID_BARE: Final = re.compile(r"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}")
_NINE_DIGITS: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7})00Z")
_SIX_DIGITS: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6})Z")
_HEX: Final = re.compile(r"0[xX][0-9A-Fa-f]{1,16}")
_LAYOUT: Final = re.compile(r"\r?\n[ \t]+")  # a pretty printer's inside of an empty element


def event_from_xml(text: str, *, source: int, offset: int, record_id: int | None) -> Event:
    """Return the event that an ``<Event>`` document holds; raise :class:`BadXml` where it holds none."""
    root = parse_xml(text)
    parts = [child for child in root.children if child.name == "System"]
    if root.name != "Event" or not parts:
        raise BadXml("not_an_event", f"<{root.name}> without the System part of a Windows event")
    bare_guids = any(_has_bare_guids(part) for part in parts)
    envelope = _Envelope()
    fields: list[tuple[str, str]] = []
    for child in root.children:
        if child.name == "System":
            for element in child.children:
                envelope.take(element)
            fields += envelope.leave_rest()
        else:
            fields += [
                (name, value_text(value, bare_guids=bare_guids)) for name, value in _fields([child])
            ]
    return Event(
        source,
        offset,
        record_id,
        filetime=envelope.filetime,
        event_id=envelope.integers.get("EventID"),
        event_record_id=envelope.integers.get("EventRecordID"),
        system=envelope.columns,
        data=fields,
    )


def fields_from_fragment(text: str) -> list[tuple[str, str]]:
    """Return the fields of an ``EventData``, ``UserData`` or ``RenderingInfo`` fragment, or of bare leaves.

    >>> fields_from_fragment('<EventData><Data Name="A">1</Data><Data>2</Data></EventData>')
    [('A', '1'), ('Data', '2')]
    """
    root = parse_xml(wrapped(text))
    parts = root.children
    while len(parts) == 1 and parts[0].name in _WRAPPERS:
        parts = parts[0].children
    return [(name, value_text(value)) for name, value in _fields(parts)]


def envelope_text(column: str, text: str) -> str:
    """Return an envelope value in the one form that every reader gives it; empty means absent.

    >>> envelope_text("Keywords", "0x0080000000000000")
    '0x80000000000000'
    >>> envelope_text("Provider_Guid", "54849625-5478-4994-a5ba-3e3b0328c30d")
    '{54849625-5478-4994-A5BA-3E3B0328C30D}'
    """
    value = text.strip()
    if column == "Keywords":
        return hex(int(value, 16)) if _HEX.fullmatch(value) else value
    if column in _GUID_COLUMNS:
        guid = _GUID.fullmatch(value)
        return f"{{{guid[1].upper()}}}" if guid else value
    return value


def value_text(value: str, *, bare_guids: bool = False) -> str:
    """Return a data value with the spellings undone in which renderers differ: GUID case, digits of times.

    ``bare_guids`` says that the renderer writes GUIDs without braces and times in microseconds (the Rust
    decoder does); only then may an upper-case GUID be taken for one.
    """
    last = value[-1:]
    if last == "}" and _GUID_IN_BRACES.fullmatch(value):
        return value.upper()
    if last == "Z":
        if nine := _NINE_DIGITS.fullmatch(value):
            return f"{nine[1]}Z"
        six = _SIX_DIGITS.fullmatch(value) if bare_guids else None
        return f"{six[1]}0Z" if six else value
    if last in (" ", "\t"):
        return "" if _LAYOUT.fullmatch(value) else value
    return f"{{{value}}}" if bare_guids and _GUID_BARE.fullmatch(value) else value


class _Envelope:
    """The ``System`` part: the first value of each column, and the rest under ``System_`` names."""

    def __init__(self) -> None:
        self.columns: dict[str, str] = {}
        self.integers: dict[str, int] = {}
        self.filetime: int | None = None
        self._rest: list[tuple[str, str]] = []

    def leave_rest(self) -> list[tuple[str, str]]:
        """Hand over what has no column so far."""
        rest, self._rest = self._rest, []
        return rest

    def take(self, element: Element, *, is_direct: bool = True) -> None:
        for attribute, value in _pairs(element) if element.attributes else ():
            name = f"System_{element.name}_{attribute}"
            column = _ATTRIBUTE_COLUMNS.get((element.name, attribute)) if is_direct else None
            if is_direct and (element.name, attribute) == ("TimeCreated", "SystemTime"):
                self._time(name, value)
            elif column:
                self._column(column, name, value)
            else:
                self._rest.append((name, value))
        text = element.text.strip()
        name = f"System_{element.name}"
        if element.children:
            for child in element.children:
                self.take(child, is_direct=False)
        elif is_direct and element.name in _INTEGERS:
            self._integer(element.name, text)
        elif is_direct and element.name in _ELEMENT_COLUMNS:
            self._column(element.name, name, text)
        elif text:
            self._rest.append((name, text))

    def _column(self, column: str, rest_name: str, text: str) -> None:
        value = envelope_text(column, text)
        if value and self.columns.setdefault(column, value) is not value:
            self._rest.append((rest_name, value))

    def _integer(self, name: str, text: str) -> None:
        number = _integer(text)
        if number is not None and number < _INTEGERS[name] and name not in self.integers:
            self.integers[name] = number
        elif text:
            self._rest.append((f"System_{name}", text))

    def _time(self, name: str, text: str) -> None:
        filetime = filetime_from_iso(text)
        if filetime is None:  # a FILETIME that is no date is written as a number
            filetime = _integer(text)
        if filetime is not None and filetime < _INTEGERS["EventRecordID"] and self.filetime is None:
            self.filetime = filetime
        elif text:
            self._rest.append((name, text))


def _integer(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None


def _fields(parts: list[Element]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for part in parts:
        if part.name == "RenderingInfo":
            _collect_rendering(part, found)
        else:
            _collect(part, found)
    return found


def _collect_rendering(info: Element, found: list[tuple[str, str]]) -> None:
    found.extend((f"{info.name}_{key}", value) for key, value in _pairs(info))
    inside: list[tuple[str, str]] = []
    for child in info.children:
        _collect(child, inside)
    for name, value in inside:
        found.append((name if name == "Message" else f"RenderingInfo_{name}", value))


def _collect(element: Element, found: list[tuple[str, str]]) -> None:
    """Append an element's fields: its attributes, then its children's or its own value."""
    own_name = element.name
    is_marked = False
    if element.attributes:
        for key, value in _pairs(element):
            if key == "Name" and element.name in _NAMED_LEAVES:
                own_name = value or own_name
            else:
                is_marked = True
                found.append((f"{element.name}_{key}", value))
    if element.children:
        for child in element.children:
            _collect(child, found)
    elif element.name not in _BLOCKS and (element.text or not is_marked):
        found.append((own_name, element.text))


def _pairs(element: Element) -> Iterator[tuple[str, str]]:
    """Yield an element's attributes, declarations of namespaces apart."""
    flat = element.attributes
    for at in range(0, len(flat), 2):
        if not flat[at].startswith("xmlns") or flat[at][5:6] not in ("", ":"):
            yield flat[at], flat[at + 1]


def _has_bare_guids(system: Element) -> bool:
    """Whether this very record shows that its renderer leaves the braces of GUIDs out."""
    return any(
        key in ("Guid", "ActivityID") and _GUID_BARE.fullmatch(value) is not None
        for child in system.children
        for key, value in _pairs(child)
    )
