"""NXLog's ``im_msvistalog`` as JSON, often through Logstash: envelope, data and transport in one level.

NXLog writes ``EventTime`` in the agent's local time, to the second, without a zone. Its own field names
hide event data of the same name: Sysmon's ``EventType``, a service's ``AccountName``; unnamed data is
only in the message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.model.events import Fidelity
from gamekeeper.sources.json import flat, text
from gamekeeper.sources.json.contract import Place, Shape

if TYPE_CHECKING:
    from gamekeeper.model.build import Event
    from gamekeeper.sources.json.text import Pairs, Record

_COLUMNS: Final = {
    "SourceName": flat.PROVIDER,
    "ProviderGuid": flat.PROVIDER_GUID,
    "Channel": flat.CHANNEL,
    "Hostname": flat.COMPUTER,
    "Task": flat.TASK,
    "Category": flat.TASK_NAME,
    "OpcodeValue": flat.OPCODE,
    "Opcode": flat.OPCODE_NAME,
    "Keywords": flat.KEYWORDS,
    "Version": flat.VERSION,
    "Qualifiers": flat.QUALIFIERS,
    "ExecutionProcessID": flat.PROCESS,
    "ThreadID": flat.THREAD,
    "ExecutionThreadID": flat.THREAD,
    "ActivityID": flat.ACTIVITY,
    "RelatedActivityID": flat.RELATED,
    "UserID": flat.USER,
    "Level": flat.LEVEL,
}
#: Added by NXLog (times, severity, resolved account, module), by Logstash and by forwarders.
_OWN: Final = frozenset(
    {
        *("EventTime", "EventReceivedTime", "EventID", "RecordNumber", "EventType"),
        *("EventTypeOrignal", "EventTypeOriginal", "Severity", "SeverityValue"),
        *("Domain", "AccountName", "AccountType", "SourceModuleName", "SourceModuleType"),
        *("ERROR_EVT_UNRESOLVED", "@timestamp", "@version", "host", "port", "tags"),
        *("raw_event", "EventXML", "MessageSourceAddress"),
    }
)
_TABLE: Final = flat.FlatTable(_COLUMNS, _OWN)
#: Older versions call the writing process's id ProcessID; newer ones leave that name to the data.
_OLD_TABLE: Final = flat.FlatTable({**_COLUMNS, "ProcessID": flat.PROCESS}, _OWN)

_SEVERITY_LEVELS: Final = {"CRITICAL": "1", "ERROR": "2", "WARNING": "3", "VERBOSE": "5"}
_SYSMON_CHANNEL: Final = "microsoft-windows-sysmon/operational"


def _matches(record: Record) -> bool:
    return "EventID" in record and (
        "SourceModuleType" in record
        or ("EventReceivedTime" in record and "SourceModuleName" in record)
        or ("EventTime" in record and "Hostname" in record and "SeverityValue" in record)
    )


def _to_event(record: Record, place: Place) -> Event:
    table = _TABLE if "ExecutionProcessID" in record else _OLD_TABLE
    system, data = flat.split(record, table)
    kind = text.text_of(record.get("EventTypeOrignal", record.get("EventType")))
    _add_hidden(record, data)
    flat.add_classic_data(system, data)
    if "Level" not in system:
        number = "0" if kind.startswith("AUDIT_") else _SEVERITY_LEVELS.get(kind)
        if number is not None:
            system["Level"] = number
    identity = flat.Identity(
        record.get("EventTime"), record.get("EventID"), record.get("RecordNumber")
    )
    return flat.event_of(record, place, identity, system, data)


def _add_hidden(record: Record, data: Pairs) -> None:
    """Add event data that lies under NXLog's own names.

    Without ``UserID`` NXLog resolved no account, so ``AccountName`` and ``Domain`` are the event's. A
    second ``EventType`` beside the saved original is the event's; otherwise Sysmon's message shows it.
    """
    if "UserID" not in record:
        for key in ("AccountName", "Domain", "AccountType"):
            if key in record:
                flat.add(data, key, record[key])
    saved = "EventTypeOrignal" in record or "EventTypeOriginal" in record
    if saved and record.get("EventType"):
        flat.add(data, "EventType", record["EventType"])
    elif text.text_of(record.get("Channel")).lower() == _SYSMON_CHANNEL:
        _add_from_message(record, data)


def _add_from_message(record: Record, data: Pairs) -> None:
    _, found, rest = text.text_of(record.get("Message"))[:512].partition("\nEventType: ")
    if found:
        data.append(("EventType", rest.partition("\n")[0].rstrip("\r")))


SHAPE: Final = Shape(
    name="nxlog",
    fidelity=Fidelity.LOSSY,
    matches=_matches,
    to_event=_to_event,
    fields_lacking=("Data", "EventType"),
)
