"""Wazuh's archives and alerts: the event below ``data.win``, names in lower camel case.

Field names differ from the event's in the case of their first letter only, so they find their columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.model.events import Fidelity
from gamekeeper.sources.json import flat
from gamekeeper.sources.json.clock import as_utc
from gamekeeper.sources.json.contract import Place, Shape
from gamekeeper.sources.json.text import object_of, text_of

if TYPE_CHECKING:
    from gamekeeper.model.build import Event
    from gamekeeper.sources.json.text import Record

_TABLE: Final = flat.FlatTable(
    {
        "providerName": flat.PROVIDER,
        "providerGuid": flat.PROVIDER_GUID,
        "eventSourceName": flat.Column("Provider_EventSourceName"),
        "channel": flat.CHANNEL,
        "computer": flat.COMPUTER,
        "version": flat.VERSION,
        "level": flat.LEVEL,
        "task": flat.TASK,
        "opcode": flat.OPCODE,
        "keywords": flat.KEYWORDS,
        "processID": flat.PROCESS,
        "threadID": flat.THREAD,
        "activityID": flat.ACTIVITY,
        "relatedActivityID": flat.RELATED,
        "userID": flat.USER,
    },
    frozenset({"eventID", "eventRecordID", "systemTime", "severityValue", "message"}),
)


def _windows_part(record: Record) -> Record:
    holder = record.get("data", record)
    return object_of(object_of(holder).get("win"))


def _matches(record: Record) -> bool:
    return isinstance(_windows_part(record).get("system"), dict)


def _to_event(record: Record, place: Place) -> Event:
    inner = _windows_part(record)
    source = object_of(inner.get("system"))
    system, data = flat.split(source, _TABLE)
    flat.members(data, inner.get("eventdata", inner.get("eventData")))
    flat.members(data, inner.get("userData"))
    message = text_of(source.get("message"))
    if message:
        quoted = len(message) > 1 and message[0] == message[-1] == '"'
        data.append(("Message", message[1:-1] if quoted else message))
    identity = flat.Identity(
        as_utc(source.get("systemTime")), source.get("eventID"), source.get("eventRecordID")
    )
    return flat.event_of(record, place, identity, system, data)


SHAPE: Final = Shape("wazuh", Fidelity.RENAMED, _matches, _to_event)
