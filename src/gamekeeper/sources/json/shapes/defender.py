"""Rows of Microsoft Defender XDR's advanced hunting: ``DeviceProcessEvents`` and its siblings.

These are a sensor's telemetry, not records of a Windows channel: there is no channel, event id or record
id, so they are filed under ``windows.other``. Columns whose meaning is that of a Sysmon or Security field
are given under that name, too; every column stays under its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.model.events import Fidelity
from gamekeeper.sources.json import flat
from gamekeeper.sources.json.contract import Place, Shape
from gamekeeper.sources.json.text import text_of

if TYPE_CHECKING:
    from gamekeeper.model.build import Event
    from gamekeeper.sources.json.text import Pairs, Record

_ACTOR: Final = {
    "InitiatingProcessFolderPath": "Image",
    "InitiatingProcessCommandLine": "CommandLine",
    "InitiatingProcessId": "ProcessId",
    "InitiatingProcessIntegrityLevel": "IntegrityLevel",
}
_PROCESS: Final = {
    "FolderPath": "Image",
    "ProcessCommandLine": "CommandLine",
    "ProcessId": "ProcessId",
    "ProcessIntegrityLevel": "IntegrityLevel",
    "ProcessVersionInfoOriginalFileName": "OriginalFileName",
    "ProcessVersionInfoCompanyName": "Company",
    "ProcessVersionInfoProductName": "Product",
    "ProcessVersionInfoFileDescription": "Description",
    "InitiatingProcessFolderPath": "ParentImage",
    "InitiatingProcessCommandLine": "ParentCommandLine",
    "InitiatingProcessId": "ParentProcessId",
}
_NETWORK: Final = {
    **_ACTOR,
    "RemoteIP": "DestinationIp",
    "RemotePort": "DestinationPort",
    "RemoteUrl": "DestinationHostname",
    "LocalIP": "SourceIp",
    "LocalPort": "SourcePort",
}
_LOGON: Final = {
    "AccountName": "TargetUserName",
    "AccountDomain": "TargetDomainName",
    "AccountSid": "TargetUserSid",
    "RemoteIP": "IpAddress",
    "RemotePort": "IpPort",
    "RemoteDeviceName": "WorkstationName",
}
#: What a row is about, told by the action -> the columns that have a name known to rules.
_FILE: Final = {**_ACTOR, "FolderPath": "TargetFilename"}
_LIBRARY: Final = {**_ACTOR, "FolderPath": "ImageLoaded"}
_ACTIONS: Final = {
    "ProcessCreated": _PROCESS,
    "ImageLoaded": _LIBRARY,
    "DriverLoad": _LIBRARY,
    "FileCreated": _FILE,
    "FileModified": _FILE,
    "FileDeleted": _FILE,
    "FileRenamed": _FILE,
    "LogonSuccess": _LOGON,
    "LogonFailed": _LOGON,
    "LogonAttempted": _LOGON,
}
_HIVES: Final = {
    "HKEY_LOCAL_MACHINE": "HKLM",
    "HKEY_USERS": "HKU",
    "HKEY_CURRENT_USER": "HKCU",
    "HKEY_CLASSES_ROOT": "HKCR",
}
_LOGON_TYPES: Final = {
    "interactive": "2",
    "network": "3",
    "batch": "4",
    "service": "5",
    "unlock": "7",
    "networkcleartext": "8",
    "newcredentials": "9",
    "remoteinteractive": "10",
    "cachedinteractive": "11",
}
_HASHES: Final = ("SHA1", "MD5", "SHA256")
_OWN: Final = frozenset({"Timestamp", "TimeGenerated", "TenantId", "SourceSystem", "MachineGroup"})
_TABLE: Final = flat.FlatTable({"DeviceName": flat.COMPUTER}, _OWN)


def _matches(record: Record) -> bool:
    return (
        "ActionType" in record
        and ("DeviceName" in record or "DeviceId" in record)
        and ("Timestamp" in record or "TimeGenerated" in record)
    )


def _to_event(record: Record, place: Place) -> Event:
    filled = {key: value for key, value in record.items() if value is not None and value != ""}
    system, native = flat.split(filled, _TABLE)
    data = _known(filled)
    taken = {name for name, _ in data}
    data += [pair for pair in native if pair[0] not in taken]
    time = flat.first(record, "Timestamp", "TimeGenerated")
    return flat.event_of(record, place, flat.Identity(time, None), system, data)


def _known(record: Record) -> Pairs:
    """Return the fields that rules know, as far as the row's action tells what its columns mean."""
    action = text_of(record.get("ActionType"))
    names = _ACTIONS.get(action, _ACTOR)
    data: Pairs = []
    if action.startswith(("Connection", "InboundConnection", "ListeningConnection")):
        names = _NETWORK
        _add_network(record, action, data)
    elif action.startswith("Registry"):
        _add_registry(record, data)
    elif names is _LOGON:
        kind = text_of(record.get("LogonType"))
        flat.add(data, "LogonType", _LOGON_TYPES.get(kind.lower(), kind))
    for column, name in names.items():
        if column in record:
            flat.add(data, name, record[column])
    prefix = "" if names is _PROCESS else "InitiatingProcess"
    _add_account(record, prefix, "User", data)
    if names is _PROCESS:
        _add_account(record, "InitiatingProcess", "ParentUser", data)
    if names in (_PROCESS, _LIBRARY):
        pairs = [f"{key}={text_of(record[key]).upper()}" for key in _HASHES if key in record]
        data += [("Hashes", ",".join(pairs))] if pairs else []
    return data


def _add_account(record: Record, prefix: str, name: str, data: Pairs) -> None:
    domain = text_of(record.get(f"{prefix}AccountDomain"))
    account = text_of(record.get(f"{prefix}AccountName"))
    if domain and account:
        data.append((name, f"{domain}\\{account}"))


def _add_network(record: Record, action: str, data: Pairs) -> None:
    if "Protocol" in record:
        data.append(("Protocol", text_of(record["Protocol"]).lower()))
    data.append(("Initiated", "true" if action.startswith("Connection") else "false"))


def _add_registry(record: Record, data: Pairs) -> None:
    hive, _, path = text_of(record.get("RegistryKey")).partition("\\")
    value = text_of(record.get("RegistryValueName"))
    parts = [_HIVES.get(hive.upper(), hive), path, value]
    data.append(("TargetObject", "\\".join(part for part in parts if part)))
    if "RegistryValueData" in record:
        flat.add(data, "Details", record["RegistryValueData"])


SHAPE: Final = Shape(
    name="defender_xdr",
    fidelity=Fidelity.LOSSY,
    matches=_matches,
    to_event=_to_event,
    fields_lacking=(
        *("Channel", "EventID", "EventRecordID", "Provider_Name", "CurrentDirectory"),
        *("ProcessGuid", "ParentProcessGuid", "CallTrace", "GrantedAccess", "UtcTime"),
    ),
)
