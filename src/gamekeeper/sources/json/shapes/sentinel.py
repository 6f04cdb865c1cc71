"""Tables of Microsoft Sentinel and Log Analytics: SecurityEvent, Event and WindowsEvent.

``SecurityEvent`` has a column a field, ``Event`` and ``WindowsEvent`` carry the data as XML or JSON text in
``EventData``. Columns that the tables compute (``Account``, ``Process``, ``Activity``) are not the event's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gamekeeper.model.events import Fidelity
from gamekeeper.sources.json import flat
from gamekeeper.sources.json.contract import Place, Shape
from gamekeeper.sources.json.shapes.evtxecmd import payload_fields
from gamekeeper.sources.windows_xml import fields_from_fragment

if TYPE_CHECKING:
    from gamekeeper.model.build import Event
    from gamekeeper.sources.json.text import Pairs, Record

_COLUMNS: Final = {
    "Channel": flat.CHANNEL,
    "EventLog": flat.CHANNEL,
    "Provider": flat.PROVIDER,
    "EventSourceName": flat.PROVIDER,
    "Source": flat.PROVIDER,
    "Computer": flat.COMPUTER,
    "Task": flat.TASK,
    "EventCategory": flat.TASK,
    "Opcode": flat.OPCODE,
    "Version": flat.VERSION,
    "Keywords": flat.KEYWORDS,
    "SystemProcessId": flat.PROCESS,
    "SystemThreadId": flat.THREAD,
    "SystemUserId": flat.USER,
    "Correlation": flat.ACTIVITY,
    "RenderedDescription": flat.MESSAGE,
}
#: Azure's bookkeeping, and columns computed from the event's own.
_OWN: Final = frozenset(
    {
        *("TenantId", "TimeGenerated", "TimeCollected", "TimeCreated", "SourceSystem", "Type"),
        *("_ResourceId", "_SubscriptionId", "_ItemId", "_IsBillable", "_BilledSize", "MG"),
        *("ManagementGroupName", "SourceComputerId", "EventOriginId", "AzureDeploymentID"),
        *("Role", "PartitionKey", "RowKey", "StorageAccount", "AzureTableName", "RawEventData"),
        *("EventID", "EventRecordId", "EventData", "ParameterXml", "Level", "EventLevel"),
        *(
            "EventLevelName",
            "Activity",
            "Account",
            "AccountType",
            "SubjectAccount",
            "TargetAccount",
        ),
        *("Process", "LogonTypeName", "UserName", "Data"),
    }
)
_TABLE: Final = flat.FlatTable(_COLUMNS, _OWN)
_TYPES: Final = ("SecurityEvent", "Event", "WindowsEvent")
_SYSMON_TIMES: Final = frozenset({"UtcTime", "CreationUtcTime", "PreviousCreationUtcTime"})
_AGENT_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d\.\d{3})0{4}Z")


def _matches(record: Record) -> bool:
    return (
        "TimeGenerated" in record
        and "EventID" in record
        and (record.get("Type") in _TYPES or not {"Channel", "EventLog"}.isdisjoint(record))
    )


def _to_event(record: Record, place: Place) -> Event:
    # Tables have every column of every event: the empty ones are not this event's.
    filled = {key: value for key, value in record.items() if value is not None and value != ""}
    system, data = flat.split(filled, _TABLE)
    flat.put(system, data, flat.LEVEL, flat.first(filled, "EventLevel", "Level", "EventLevelName"))
    if system.get("Channel") is None and record.get("Type") == "SecurityEvent":
        system["Channel"] = "Security"
    carried = _carried(filled)
    names = {name for name, _ in carried}
    data = carried + [pair for pair in data if pair[0] not in names]
    identity = flat.Identity(
        flat.first(filled, "TimeCreated", "TimeGenerated"),
        filled.get("EventID"),
        filled.get("EventRecordId"),
    )
    return flat.event_of(record, place, identity, system, data)


def _carried(record: Record) -> Pairs:
    """Return the fields that travel as text in one column."""
    data = payload_fields(flat.first(record, "EventData", "Data"))
    if not data and isinstance(record.get("ParameterXml"), str):
        data = [("Data", value) for _, value in fields_from_fragment(record["ParameterXml"])]
    return [(name, _sysmon_time(value) if name in _SYSMON_TIMES else value) for name, value in data]


def _sysmon_time(value: str) -> str:
    """Return Sysmon's own spelling of a time that the agent took for a date and rewrote."""
    found = _AGENT_TIME.fullmatch(value)
    return f"{found[1]} {found[2]}" if found else value


SHAPE: Final = Shape(
    name="sentinel",
    fidelity=Fidelity.LOSSY,
    matches=_matches,
    to_event=_to_event,
    fields_lacking=(
        *("EventRecordID", "Keywords", "Provider_Guid", "Version", "Opcode"),
        *("Execution_ProcessID", "Execution_ThreadID", "event.filetime below one millisecond"),
    ),
)
