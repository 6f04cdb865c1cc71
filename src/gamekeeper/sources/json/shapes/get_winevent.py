"""PowerShell's ``Get-WinEvent | ConvertTo-Json``: .NET property names, values without their names.

``Properties`` holds the event's values in order but not their names. Where the rendered message shows the
names without doubt they come back; other values are unnamed ``Data``, and rules on names cannot match.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.model.events import Fidelity
from gamekeeper.sources.classic_text import fields_from_message
from gamekeeper.sources.json import flat
from gamekeeper.sources.json.contract import Place, Shape
from gamekeeper.sources.json.text import audit_keywords, integer_of, object_of, scalar_of, text_of
from gamekeeper.sources.windows_xml import BadXml, event_from_xml, value_text

if TYPE_CHECKING:
    from gamekeeper.model.build import Event
    from gamekeeper.sources.json.text import Pairs, Record

_COLUMNS: Final = {
    "ProviderName": flat.PROVIDER,
    "ProviderId": flat.PROVIDER_GUID,
    "LogName": flat.CHANNEL,
    "MachineName": flat.COMPUTER,
    "Level": flat.LEVEL,
    "LevelDisplayName": flat.LEVEL,
    "Task": flat.TASK,
    "TaskDisplayName": flat.TASK_NAME,
    "Opcode": flat.OPCODE,
    "OpcodeDisplayName": flat.OPCODE_NAME,
    "Keywords": flat.KEYWORDS,
    "KeywordsDisplayNames": flat.Column("", otherwise="RenderingInfo_Keyword"),
    "Version": flat.VERSION,
    "Qualifiers": flat.QUALIFIERS,
    "ProcessId": flat.PROCESS,
    "ThreadId": flat.THREAD,
    "UserId": flat.USER,
    "ActivityId": flat.ACTIVITY,
    "RelatedActivityId": flat.RELATED,
    "Message": flat.MESSAGE,
}
_TABLE: Final = flat.FlatTable(_COLUMNS)
_XML_KEYS: Final = ("Xml", "XML", "EventXml", "ToXml")


def _matches(record: Record) -> bool:
    return "LogName" in record and "ProviderName" in record and "Id" in record


def _to_event(record: Record, place: Place) -> Event:
    xml = flat.first(record, *_XML_KEYS)
    if isinstance(xml, str):
        try:
            return event_from_xml(
                xml, source=place.source, offset=place.offset, record_id=place.record_id
            )
        except BadXml:
            pass  # the properties beside it tell the same event
    system, data = flat.split({key: record[key] for key in _COLUMNS if key in record}, _TABLE)
    if "Keywords" not in system:
        mask = audit_keywords(record.get("KeywordsDisplayNames"), system.get("Provider_Name"))
        if mask is not None:
            system["Keywords"] = mask
    data.extend(_values(record, system))
    identity = flat.Identity(_time(record), record.get("Id"), record.get("RecordId"))
    return flat.event_of(record, place, identity, system, data)


def _time(record: Record) -> object:
    """Return ``TimeCreated``; Windows PowerShell 5.1 wraps it together with the local rendering."""
    value = record.get("TimeCreated")
    return object_of(value).get("value", scalar_of(value))


def _values(record: Record, system: dict[str, str]) -> Pairs:
    """Return the fields that the message names, then the values that it does not show, unnamed."""
    message, number = text_of(record.get("Message")), integer_of(record.get("Id"))
    named = fields_from_message(system.get("Channel", ""), number or 0, message)
    properties = record.get("Properties")
    if not isinstance(properties, list):
        return named
    values = [_value_in(item) for item in properties]
    if len(named) == len(values):
        return named
    shown = {_bare(value) for _, value in named}
    return named + [("Data", value_text(value)) for value in values if _bare(value) not in shown]


def _value_in(item: object) -> str:
    """Return a property's text; .NET shows binary values as lists of bytes."""
    value = item.get("Value", item.get("value")) if isinstance(item, dict) else item
    if isinstance(value, list) and all(type(byte) is int and 0 <= byte < 256 for byte in value):
        return bytes(value).hex().upper()
    return text_of(value)


def _bare(value: str) -> str:
    return value.strip("{} \r\n").lower()


SHAPE: Final = Shape(
    name="get_winevent",
    fidelity=Fidelity.LOSSY,
    matches=_matches,
    to_event=_to_event,
    fields_lacking=("fields that the message does not name",),
)
