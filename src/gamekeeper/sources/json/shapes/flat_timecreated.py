"""One level of keys around ``TimeCreated``: subscriptions read with PowerShell or .NET, published captures.

``TimeCreated`` may name no zone or, from some scripts, mark local time as UTC; the file's note says so
where Sysmon's own clock shows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.model.events import Fidelity
from gamekeeper.sources.json import flat
from gamekeeper.sources.json.contract import Place, Shape

if TYPE_CHECKING:
    from gamekeeper.model.build import Event
    from gamekeeper.sources.json.text import Record

_TABLE: Final = flat.FlatTable(
    {
        "SourceName": flat.PROVIDER,
        "ProviderName": flat.PROVIDER,
        "ProviderGuid": flat.PROVIDER_GUID,
        "Channel": flat.CHANNEL,
        "Hostname": flat.COMPUTER,
        "Computer": flat.COMPUTER,
        "Level": flat.LEVEL,
        "Task": flat.TASK,
        "Opcode": flat.OPCODE,
        "Keywords": flat.KEYWORDS,
        "Version": flat.VERSION,
        "Qualifiers": flat.QUALIFIERS,
        "ActivityID": flat.ACTIVITY,
        "RelatedActivityID": flat.RELATED,
        "ExecutionProcessID": flat.PROCESS,
        "ExecutionThreadID": flat.THREAD,
        "UserID": flat.USER,
    },
    frozenset(
        {"EventID", "TimeCreated", "EventRecordID", "RecordNumber", "@timestamp", "@version"}
    ),
)


def _matches(record: Record) -> bool:
    return (
        "TimeCreated" in record
        and "EventID" in record
        and "Channel" in record
        and ("Hostname" in record or "SourceName" in record)
    )


def _to_event(record: Record, place: Place) -> Event:
    system, data = flat.split(record, _TABLE)
    flat.add_classic_data(system, data)
    identity = flat.Identity(
        flat.first(record, "TimeCreated", "@timestamp"),
        record.get("EventID"),
        flat.first(record, "EventRecordID", "RecordNumber"),
    )
    return flat.event_of(record, place, identity, system, data)


SHAPE: Final = Shape(
    name="flat_timecreated",
    fidelity=Fidelity.LOSSY,
    matches=_matches,
    to_event=_to_event,
    fields_lacking=("EventRecordID", "Execution_ProcessID", "Security_UserID", "Data"),
)
