"""Hayabusa's CSV timeline: what its rules found, with the event's fields in prose.

Each row is one rule's result, so that an event comes once for every rule. ``AllFieldInfo`` carries fields
under their own names, ``Details`` under abbreviations; those that stand for one field only are turned back.
The rule's own columns are kept under ``Hayabusa_`` names: its level is not the event's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.model.events import Fidelity
from gamekeeper.sources.csv.contract import CsvShape, Header, Variant, require
from gamekeeper.sources.json import flat
from gamekeeper.sources.json.text import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.model.build import Event
    from gamekeeper.sources.json.contract import Place
    from gamekeeper.sources.json.text import Record

_CHANNELS: Final = {
    "Sec": "Security",
    "Sys": "System",
    "App": "Application",
    "Sysmon": "Microsoft-Windows-Sysmon/Operational",
    "PwSh": "Microsoft-Windows-PowerShell/Operational",
    "PwShClassic": "Windows PowerShell",
    "Defender": "Microsoft-Windows-Windows Defender/Operational",
    "TaskSch": "Microsoft-Windows-TaskScheduler/Operational",
    "WMI": "Microsoft-Windows-WMI-Activity/Operational",
    "BitsCli": "Microsoft-Windows-Bits-Client/Operational",
}
_LABELS: Final = {
    "Cmdline": "CommandLine",
    "ParentCmdline": "ParentCommandLine",
    "TgtUser": "TargetUserName",
    "SrcUser": "SubjectUserName",
    "SrcIP": "IpAddress",
    "SrcComp": "WorkstationName",
    "ScriptBlock": "ScriptBlockText",
    "Hash": "Hashes",
    "Rule": "RuleName",
}
#: "Proc" is the process that the event is about, which each channel calls differently.
_PROCESS: Final = {
    "Sysmon": {"Proc": "Image", "ParentProc": "ParentImage", "PID": "ProcessId"},
    "Sec": {"Proc": "NewProcessName", "ParentProc": "ParentProcessName", "User": "SubjectUserName"},
}
_ENVELOPE: Final = frozenset({"Timestamp", "Computer", "Channel", "EventID", "RecordID"})
_CARRIERS: Final = ("AllFieldInfo", "Details", "ExtraFieldInfo")
_VARIANT: Final = Variant(
    "hayabusa",
    Fidelity.LOSSY,
    (
        *("Provider_Name", "Level", "Task", "Keywords", "Execution_ProcessID"),
        *("events that no rule found", "fields that are not in the row's details"),
    ),
)


def _claims(header: Header) -> float:
    is_this = header.known >= {"RuleTitle", "EventID", "Channel", "Timestamp"}
    return 0.9 if is_this and not header.known.isdisjoint(_CARRIERS) else 0.0


def _read(record: Record, place: Place) -> tuple[Event, Variant]:
    require(record, "EventID", "Channel")
    channel = text_of(record.get("Channel"))
    system = {
        "Channel": _CHANNELS.get(channel, channel),
        "Computer": text_of(record.get("Computer")),
    }
    names = _LABELS | _PROCESS.get(channel, {})
    data = [pair for name in _CARRIERS for pair in _fields(text_of(record.get(name)), names)]
    for name, value in record.items():
        if name not in _ENVELOPE and name not in _CARRIERS:
            flat.add(data, f"Hayabusa_{name}", value)
    identity = flat.Identity(
        record.get("Timestamp"), record.get("EventID"), text_of(record.get("RecordID")) or None
    )
    return flat.event_of(record, place, identity, system, data), _VARIANT


def _fields(details: str, names: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the fields of ``Name: value ¦ Name: value``; "-" and "n/a" stand for nothing."""
    for part in details.split(" ¦ "):
        label, colon, value = part.partition(": ")
        if (value if colon else part).strip(" :") not in ("", "-", "n/a"):
            name = label.strip() if colon else "Data"
            yield names.get(name, name), value if colon else part


SHAPE: Final = CsvShape("hayabusa", _claims, _read)
