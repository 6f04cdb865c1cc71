"""Velociraptor's ``parse_evtx``: ``System`` and ``EventData`` at the top, typed values, times as epochs.

``EventID`` is an object with ``Value``, ``SystemTime`` Unix seconds with a fraction (a double holds it to
about a quarter of a microsecond), keywords one unsigned number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.model.events import Fidelity
from gamekeeper.sources.json import flat
from gamekeeper.sources.json.clock import as_utc
from gamekeeper.sources.json.contract import Place, Shape
from gamekeeper.sources.json.text import object_of
from gamekeeper.sources.json.tree import Fields, with_braces

if TYPE_CHECKING:
    from gamekeeper.model.build import Event
    from gamekeeper.sources.json.text import Pairs, Record

_MEMBERS: Final = {
    "Provider": {
        "Name": flat.PROVIDER,
        "Guid": flat.PROVIDER_GUID,
        "EventSourceName": flat.Column("Provider_EventSourceName"),
    },
    "EventID": {"Qualifiers": flat.QUALIFIERS},
    "Correlation": {"ActivityID": flat.ACTIVITY, "RelatedActivityID": flat.RELATED},
    "Execution": {"ProcessID": flat.PROCESS, "ThreadID": flat.THREAD},
    "Security": {"UserID": flat.USER},
    "TimeCreated": {},
}
_TEXTS: Final = {
    "Version": flat.VERSION,
    "Level": flat.LEVEL,
    "Task": flat.TASK,
    "Opcode": flat.OPCODE,
    "Keywords": flat.KEYWORDS,
    "Channel": flat.CHANNEL,
    "Computer": flat.COMPUTER,
}
#: Fields that events hold as hexadecimal and Velociraptor writes as plain numbers.
_HEXADECIMAL: Final = frozenset(
    {
        *("SubjectLogonId", "TargetLogonId", "TargetLinkedLogonId", "LogonId", "GrantedAccess"),
        *("ProcessId", "NewProcessId", "CallerProcessId", "SourceProcessId", "TargetProcessId"),
        *("HandleId", "SourceHandleId", "TargetHandleId", "AccessMask", "Status", "SubStatus"),
        *("TicketOptions", "TicketEncryptionType", "ReturnCode", "OldUacValue", "NewUacValue"),
        *("PuaPolicyId", "EventSourceId"),
    }
)
_HEX_PROVIDERS: Final = {
    "Microsoft-Windows-Security-Auditing": _HEXADECIMAL,
    "Microsoft-Windows-Eventlog": _HEXADECIMAL,
    "Microsoft-Windows-Sysmon": frozenset({"LogonId", "GrantedAccess"}),
}
_TYPED: Final = frozenset({"EventID", "EventRecordID", "TimeCreated"})


class _Spelling:
    """Spells the values of one provider's events."""

    def __init__(self, hexadecimal: frozenset[str]) -> None:
        self._hexadecimal = hexadecimal

    def __call__(self, name: str, value: object) -> str:
        if type(value) is int and value >= 0 and name in self._hexadecimal:
            return hex(value)
        return with_braces(name, value)


def _matches(record: Record) -> bool:
    system = record.get("System")
    return isinstance(system, dict) and "EventID" in system


def _to_event(record: Record, place: Place) -> Event:
    source = object_of(record.get("System"))
    system, data = _envelope(source)
    fields = Fields(_Spelling(_HEX_PROVIDERS.get(system.get("Provider_Name", ""), frozenset())))
    for name in ("EventData", "UserData"):
        if record.get(name) is not None:
            fields.collect(name, record)
    data.extend(fields.out)
    flat.put(system, data, flat.MESSAGE, record.get("Message"))
    time = source.get("TimeCreated")
    identity = flat.Identity(
        as_utc(object_of(time).get("SystemTime", None if isinstance(time, dict) else time)),
        source.get("EventID"),
        source.get("EventRecordID"),
    )
    return flat.event_of(record, place, identity, system, data)


def _envelope(source: Record) -> tuple[dict[str, str], Pairs]:
    system: dict[str, str] = {}
    data: Pairs = []
    for name, value in source.items():
        members = _MEMBERS.get(name)
        if members is not None and isinstance(value, dict):
            for key, item in value.items():
                column = members.get(key)
                if column is not None:
                    flat.put(system, data, column, item)
                elif name not in _TYPED:
                    flat.add(data, f"System_{name}_{key}", item)
        elif name in _TEXTS:
            flat.put(system, data, _TEXTS[name], value)
        elif name not in _TYPED and value not in (None, ""):
            flat.add(data, f"System_{name}", value)
    return system, data


SHAPE: Final = Shape("velociraptor", Fidelity.LOSSLESS, _matches, _to_event)
