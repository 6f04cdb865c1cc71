"""``Get-EventLog | Export-Csv`` of Windows PowerShell: the old interface, without channel and fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.model.events import Fidelity
from gamekeeper.sources.classic_text import provider_named
from gamekeeper.sources.csv.contract import CsvShape, Header, Variant
from gamekeeper.sources.csv.shapes.export_csv import from_properties
from gamekeeper.sources.json.text import text_of

if TYPE_CHECKING:
    from gamekeeper.model.build import Event
    from gamekeeper.sources.json.contract import Place
    from gamekeeper.sources.json.text import Record

_NAMES: Final = {
    "EventID": "Id",
    "MachineName": "MachineName",
    "Index": "RecordId",
    "Category": "TaskDisplayName",
    "CategoryNumber": "Task",
    "EntryType": "LevelDisplayName",
    "Message": "Message",
    "TimeGenerated": "TimeCreated",
    "UserName": "System_UserName",
}
_VARIANT: Final = Variant(
    "get_eventlog",
    Fidelity.LOSSY,
    (
        *("Channel", "Provider_Guid", "Version", "Opcode", "Keywords"),
        *("Execution_ProcessID", "Execution_ThreadID", "Security_UserID"),
        *("fields that the message does not name", "event.filetime below one second"),
    ),
)


def _claims(header: Header) -> float:
    return 0.9 if header.known >= {"EventID", "EntryType", "TimeGenerated", "Source"} else 0.0


def _read(record: Record, place: Place) -> tuple[Event, Variant]:
    properties = {name: record[key] for key, name in _NAMES.items() if key in record}
    properties["ProviderName"] = provider_named(text_of(record.get("Source")))
    return from_properties(properties, place), _VARIANT


SHAPE: Final = CsvShape("get_eventlog", _claims, _read)
