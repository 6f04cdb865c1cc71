"""EvtxECmd's JSON (``--json``): ``Payload`` holds the event's data as JSON or XML text.

``PayloadData1`` to ``6``, ``UserName``, ``RemoteHost`` and ``ExecutableInfo`` are what its maps wrote for
people, not fields of the event. Levels and keywords are names; opcode, task and version are left out.
Line breaks inside values have become ", ", which nothing can undo.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import orjson

from gamekeeper.model.events import Fidelity
from gamekeeper.sources.json import flat
from gamekeeper.sources.json.clock import as_utc
from gamekeeper.sources.json.contract import Place, Shape
from gamekeeper.sources.json.faults import BadRecord
from gamekeeper.sources.json.text import audit_keywords, text_of
from gamekeeper.sources.json.tree import Fields, Speller, as_found, spelled_by_evtxecmd
from gamekeeper.sources.windows_xml import fields_from_fragment

if TYPE_CHECKING:
    from gamekeeper.model.build import Event
    from gamekeeper.sources.json.text import Pairs, Record

_COLUMNS: Final = {
    "Provider": flat.PROVIDER,
    "Channel": flat.CHANNEL,
    "Computer": flat.COMPUTER,
    "Level": flat.LEVEL,
    "Keywords": flat.KEYWORDS,
    "ProcessId": flat.PROCESS,
    "ThreadId": flat.THREAD,
    "UserId": flat.USER,
}
#: EvtxECmd renders the level itself, so that here "Info" is 4: level 0 is "LogAlways".
_INFO: Final = frozenset({"info", "information"})


def _matches(record: Record) -> bool:
    return "EventId" in record and "Channel" in record and "Payload" in record


def _to_event(record: Record, place: Place) -> Event:
    known = {key: record[key] for key in _COLUMNS if key in record}
    if text_of(known.get("Level")).lower() in _INFO:
        known["Level"] = 4
    system, data = flat.split(known, flat.FlatTable(_COLUMNS))
    mask = audit_keywords(record.get("Keywords"), system.get("Provider_Name"))
    if mask is not None:
        system.setdefault("Keywords", mask)
    data.extend(payload_fields(record.get("Payload"), spelled_by_evtxecmd))
    identity = flat.Identity(
        as_utc(record.get("TimeCreated")),
        record.get("EventId"),
        flat.first(record, "EventRecordId", "RecordNumber"),
    )
    return flat.event_of(record, place, identity, system, data)


def payload_fields(payload: object, spell: Speller = as_found) -> Pairs:
    """Return the fields of event data that travels as JSON text, as XML text or as an object."""
    if isinstance(payload, str):
        if not payload.strip():
            return []
        if payload.lstrip()[:1] == "<":
            return fields_from_fragment(payload)
        try:
            payload = orjson.loads(payload)
        except orjson.JSONDecodeError as error:
            raise BadRecord("bad_payload", f"the event's data is no JSON: {error}") from error
    fields = Fields(spell)
    if isinstance(payload, dict):
        for name in payload:
            if not name.endswith("_attributes") and name[:1] not in "#@":
                fields.collect(name, payload)
    elif payload is not None:
        fields.collect("Data", {"Data": payload})
    return fields.out


SHAPE: Final = Shape(
    name="evtxecmd",
    fidelity=Fidelity.LOSSY,
    matches=_matches,
    to_event=_to_event,
    fields_lacking=(
        *("Version", "Task", "Opcode", "Keywords", "Provider_Guid"),
        *("EventID_Qualifiers", "Correlation_ActivityID", "Correlation_RelatedActivityID"),
    ),
)
