"""The Event Viewer's "Save all events as CSV": five named columns, and the message in a sixth without a name.

It names no channel, computer or record number. The first column is the level, in the Security log keywords.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.model.events import Fidelity
from gamekeeper.sources.csv.contract import CsvShape, Header, Variant
from gamekeeper.sources.csv.shapes.export_csv import from_properties

if TYPE_CHECKING:
    from gamekeeper.model.build import Event
    from gamekeeper.sources.json.contract import Place
    from gamekeeper.sources.json.text import Record

#: Column -> the property that Get-WinEvent has for it; English and German.
_NAMES: Final = {
    "Level": "LevelDisplayName",
    "Ebene": "LevelDisplayName",
    "Keywords": "KeywordsDisplayNames",
    "Schlüsselwörter": "KeywordsDisplayNames",
    "Date and Time": "TimeCreated",
    "Datum und Uhrzeit": "TimeCreated",
    "Source": "ProviderName",
    "Quelle": "ProviderName",
    "Event ID": "Id",
    "Ereignis-ID": "Id",
    "Task Category": "TaskDisplayName",
    "Aufgabenkategorie": "TaskDisplayName",
    "Message": "Message",
}
_VARIANT: Final = Variant(
    "event_viewer",
    Fidelity.LOSSY,
    (
        *("Channel", "Computer", "EventRecordID", "Provider_Guid", "Version", "Opcode", "Task"),
        *("Execution_ProcessID", "Execution_ThreadID", "Security_UserID"),
        *("fields that the message does not name", "event.filetime below one second"),
    ),
)


def _claims(header: Header) -> float:
    is_this = len(header.names) in (5, 6) and set(header.names[:5]) <= _NAMES.keys()
    return 0.95 if is_this and header.names[3] in ("Event ID", "Ereignis-ID") else 0.0


def _read(record: Record, place: Place) -> tuple[Event, Variant]:
    properties = {_NAMES.get(key, key): value for key, value in record.items()}
    return from_properties(properties, place), _VARIANT


SHAPE: Final = CsvShape("event_viewer", _claims, _read, unnamed="Message")
