"""Splunk exports: the event's XML in ``_raw``, classic text in ``_raw``, or extracted fields alone.

Extracted fields are what an add-on's searches made of the event; they lose repeats and, in the classic
form, every name that two sections of the message share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.model.events import Fidelity
from gamekeeper.sources.classic_text import LACKING, event_from_classic
from gamekeeper.sources.json import flat
from gamekeeper.sources.json.contract import Place, Shape
from gamekeeper.sources.json.faults import BadRecord
from gamekeeper.sources.windows_xml import event_from_xml

if TYPE_CHECKING:
    from gamekeeper.model.build import Event
    from gamekeeper.sources.json.text import Record

_COLUMNS: Final = {
    "LogName": flat.CHANNEL,
    "Channel": flat.CHANNEL,
    "Computer": flat.COMPUTER,
    "ComputerName": flat.COMPUTER,
    "SourceName": flat.PROVIDER,
    "Name": flat.PROVIDER,
    "Guid": flat.PROVIDER_GUID,
    "Level": flat.LEVEL,
    "Task": flat.TASK,
    "TaskCategory": flat.TASK_NAME,
    "Opcode": flat.OPCODE,
    "OpCode": flat.OPCODE_NAME,
    "Keywords": flat.KEYWORDS,
    "Version": flat.VERSION,
    "Qualifiers": flat.QUALIFIERS,
}
_OWN: Final = frozenset(
    {
        *("EventCode", "EventID", "RecordNumber", "EventRecordID", "SystemTime", "UserID"),
        *("host", "source", "sourcetype", "index", "linecount", "punct", "splunk_server"),
        *("splunk_server_group", "timestartpos", "timeendpos", "eventtype", "tag", "vendor"),
        *("product", "vendor_product", "signature", "signature_id", "dvc", "dvc_nt_host"),
        *("event_id", "id", "body", "severity", "severity_id", "status", "subject", "Type"),
    }
)
_TABLE: Final = flat.FlatTable(_COLUMNS, _OWN)


def _raw(record: Record) -> str:
    raw = record.get("_raw")
    return raw.lstrip("\ufeff \t\r\n") if isinstance(raw, str) else ""


def _is_xml(record: Record) -> bool:
    return "_raw" in record and _raw(record).startswith(("<Event", "<?xml"))


def _from_xml(record: Record, place: Place) -> Event:
    return event_from_xml(
        _raw(record), source=place.source, offset=place.offset, record_id=place.record_id
    )


def _is_classic(record: Record) -> bool:
    raw = _raw(record)[:2000]
    return "LogName=" in raw and "EventCode=" in raw


def _from_classic(record: Record, place: Place) -> Event:
    event = event_from_classic(
        _raw(record),
        source=place.source,
        offset=place.offset,
        record_id=place.record_id,
        source_tz=place.clock.zone,
    )
    if event is None:
        raise BadRecord("bad_raw", "_raw holds no event in Splunk's classic form")
    return event


def _has_fields(record: Record) -> bool:
    return ("EventCode" in record or "EventID" in record) and (
        "_time" in record or "sourcetype" in record
    )


def _from_fields(record: Record, place: Place) -> Event:
    # Names that begin with "_", "date_" or "tag::" are Splunk's bookkeeping.
    fields = {
        key: value
        for key, value in record.items()
        if not key.startswith(("_", "date_", "tag::")) and value not in (None, "")
    }
    system, data = flat.split(fields, _TABLE)
    source = record.get("source")
    if "Channel" not in system and isinstance(source, str) and "WinEventLog:" in source:
        system["Channel"] = source.rpartition("WinEventLog:")[2]
    identity = flat.Identity(
        flat.first(record, "SystemTime", "_time"),
        flat.first(record, "EventCode", "EventID"),
        flat.first(record, "RecordNumber", "EventRecordID"),
    )
    return flat.event_of(record, place, identity, system, data)


XML: Final = Shape("splunk_xml", Fidelity.LOSSLESS, _is_xml, _from_xml)
CLASSIC: Final = Shape("splunk_classic", Fidelity.LOSSY, _is_classic, _from_classic, LACKING)
FIELDS: Final = Shape(
    name="splunk_fields",
    fidelity=Fidelity.LOSSY,
    matches=_has_fields,
    to_event=_from_fields,
    fields_lacking=("repeated fields", "fields that no extraction names"),
)
