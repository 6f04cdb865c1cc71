"""From an object's keys to envelope columns and data fields, by a table that each shape declares.

Most shapes are one level of keys in which the envelope, the exporter's own additions and the event's
fields lie side by side. The table says which keys are which; every key that it does not name is data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeGuard

from gamekeeper.model.build import Event
from gamekeeper.sources.json import text
from gamekeeper.sources.json.faults import MAX_DEPTH, too_deep
from gamekeeper.sources.windows_xml import value_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from gamekeeper.sources.json.contract import Place
    from gamekeeper.sources.json.text import Json, Pairs, Record

_ENDS: Final = frozenset("}Z \t")  # only values that end so can differ in spelling
_MOST_SEEN: Final = 20_000
_MOST_LAYOUTS: Final = 5_000
_KEPT_TYPES: Final = frozenset({int, str})


class Column(NamedTuple):
    """One envelope column: how its value is read, and the field that keeps a value it cannot hold."""

    name: str
    read: Callable[[Json], str | None] = text.plain
    otherwise: str = ""


LEVEL: Final = Column("Level", text.level, "RenderingInfo_Level")
TASK: Final = Column("Task", text.decimal, "RenderingInfo_Task")
OPCODE: Final = Column("Opcode", text.opcode, "RenderingInfo_Opcode")
KEYWORDS: Final = Column("Keywords", text.keywords, "RenderingInfo_Keyword")
PROVIDER: Final = Column("Provider_Name")
PROVIDER_GUID: Final = Column("Provider_Guid", text.guid)
CHANNEL: Final = Column("Channel")
COMPUTER: Final = Column("Computer")
VERSION: Final = Column("Version", text.decimal, "System_Version")
QUALIFIERS: Final = Column("EventID_Qualifiers", text.decimal)
PROCESS: Final = Column("Execution_ProcessID", text.decimal)
THREAD: Final = Column("Execution_ThreadID", text.decimal)
ACTIVITY: Final = Column("Correlation_ActivityID", text.guid)
RELATED: Final = Column("Correlation_RelatedActivityID", text.guid)
USER: Final = Column("Security_UserID")
# Renderings beside a numeric column, and the message: always fields, never columns.
TASK_NAME: Final = Column("", text.plain, "RenderingInfo_Task")
OPCODE_NAME: Final = Column("", text.plain, "RenderingInfo_Opcode")
MESSAGE: Final = Column("", text.plain, "Message")


class Entry:
    """One column with the values met so far: envelope values come again and again."""

    __slots__ = ("column", "name", "seen")

    def __init__(self, column: Column) -> None:
        self.column = column
        self.name = column.name
        self.seen: dict[str | int, str] = {}

    def take(self, system: dict[str, str], data: Pairs, value: object) -> None:
        """Put a value that has not been met before, and keep its text unless it is long or unheld."""
        put(system, data, self.column, value)
        if self.name and value not in ("", "-") and _is_kept(value):
            found = self.column.read(value)
            if found is not None:
                if len(self.seen) > _MOST_SEEN:
                    self.seen.clear()
                self.seen[value] = found


def _is_kept(value: object) -> TypeGuard[str | int]:
    # Exact types: True is equal to 1 and would find its text.
    return type(value) is int or (type(value) is str and len(value) < 200)


class Layout(NamedTuple):
    """Which of a record's keys, by position, are columns and which are data."""

    columns: list[tuple[int, Entry]]
    data: list[tuple[int, str]]


class FlatTable:
    """What a shape's keys mean. ``own`` are the exporter's additions, which are not the event's.

    The records of a file have few different sequences of keys, so each is worked out only once.
    """

    __slots__ = ("columns", "layouts", "own")

    def __init__(self, columns: dict[str, Column], own: frozenset[str] = frozenset()) -> None:
        self.columns = {key: Entry(column) for key, column in columns.items()}
        self.own = own
        self.layouts: dict[tuple[str, ...], Layout] = {}

    def layout_of(self, record: Record) -> Layout:
        """Return the layout of a record's keys."""
        keys = tuple(record)
        layout = self.layouts.get(keys)
        if layout is None:
            known = self.columns
            layout = Layout(
                [(at, known[key]) for at, key in enumerate(keys) if key in known],
                [
                    (at, key)
                    for at, key in enumerate(keys)
                    if key not in known and key not in self.own
                ],
            )
            if len(self.layouts) > _MOST_LAYOUTS:
                self.layouts.clear()
            self.layouts[keys] = layout
        return layout


def split(record: Record, table: FlatTable) -> tuple[dict[str, str], Pairs]:
    """Return (envelope columns, data fields); both in the record's order, rendered names first.

    Where two keys feed one column, the first that holds something wins.
    """
    return parts_of(record, table.layout_of(record))


def parts_of(record: Record, layout: Layout) -> tuple[dict[str, str], Pairs]:
    """Return (envelope columns, data fields) of a record that has the layout's keys."""
    system: dict[str, str] = {}
    data: Pairs = []
    values = list(record.values())
    for at, entry in layout.columns:
        value = values[at]
        known = entry.seen.get(value) if type(value) in _KEPT_TYPES else None
        if known is None:
            entry.take(system, data, value)
        elif entry.name not in system:
            system[entry.name] = known
    for at, name in layout.data:
        value = values[at]
        if type(value) is not str:
            add(data, name, value)
        elif value[-1:] in _ENDS:
            data.append((name or "Data", value_text(value)))
        else:
            data.append((name or "Data", value))
    return system, data


def put(system: dict[str, str], data: Pairs, column: Column, value: object) -> None:
    """Set an envelope column, or keep what it cannot hold under the column's other name."""
    if value is None or value in ("", "-"):
        return
    found = column.read(value) if column.name else None
    if found is not None:
        system.setdefault(column.name, found)
    elif column.otherwise:
        text.add_fields(data, column.otherwise, value)


def add(data: Pairs, name: str, value: object) -> None:
    """Append a data field, or several where the value is a list or an object, in canonical spelling."""
    fields: Pairs = []
    text.add_fields(fields, name or "Data", value)
    data.extend((key, value_text(item)) for key, item in fields)


def members(data: Pairs, value: object, depth: int = 0) -> None:
    """Append the members of an ``EventData`` object (or of each in a list) as data fields."""
    if depth > MAX_DEPTH:
        raise too_deep()
    if isinstance(value, dict):
        for key, item in value.items():
            add(data, key, item)
    elif isinstance(value, list):
        for item in value:
            members(data, item, depth + 1)
    elif value not in (None, ""):
        add(data, "Data", value)


def add_classic_data(system: dict[str, str], data: Pairs) -> None:
    """Give classic PowerShell events their unnamed data back, as far as the message holds it.

    Exports that name every value drop unnamed ones. The messages of this channel contain each of
    theirs word for word, so the message stands in for ``Data``.
    """
    if system.get("Channel", "").lower() != "windows powershell":
        return
    message = ""
    for name, value in data:
        if name == "Data":
            return
        if name == "Message":
            message = value
    if message:
        data.append(("Data", message))


class Identity(NamedTuple):
    """The typed part of an event as a shape writes it: time, event id, record id."""

    time: object
    event_id: object
    record_id: object = None


def event_of(
    record: Record, place: Place, identity: Identity, system: dict[str, str], data: Pairs
) -> Event:
    """Build the event. A time that cannot be read is kept as ``System_TimeCreated_SystemTime``."""
    filetime, assumed = place.clock.read(identity.time, record)
    if filetime is None and identity.time not in (None, ""):
        add(data, "System_TimeCreated_SystemTime", identity.time)
    number, qualifiers = text.event_id_of(identity.event_id)
    if number is None and identity.event_id not in (None, ""):
        add(data, "System_EventID", identity.event_id)
    if qualifiers is not None:
        system.setdefault("EventID_Qualifiers", qualifiers)
    return Event(
        place.source,
        place.offset,
        place.record_id,
        filetime=filetime,
        time_assumed=assumed,
        event_id=number,
        event_record_id=text.integer_of(identity.record_id),
        system=system,
        data=data,
    )


def first(record: Record, *keys: str) -> Json:
    """Return the value of the first key that is there and holds something."""
    for key in keys:
        value = record.get(key)
        if value is not None and value != "":
            return value
    return None
