"""Winlogbeat after one of its modules (or an ingest pipeline) moved event data into ECS fields.

The modules for Sysmon and PowerShell delete what they move, so a rule that names ``Image`` would find
nothing. The moved fields get their own names back here; what the modules rewrite or drop is lacking.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gamekeeper.model.events import Fidelity
from gamekeeper.sources.json import flat
from gamekeeper.sources.json.contract import Place, Shape
from gamekeeper.sources.json.shapes import winlogbeat7
from gamekeeper.sources.json.text import integer_of, object_of, text_of

if TYPE_CHECKING:
    from gamekeeper.model.build import Event
    from gamekeeper.sources.json.text import Json, Pairs, Record

_PROCESS: Final = {
    "process.executable": "Image",
    "process.pid": "ProcessId",
    "process.entity_id": "ProcessGuid",
    "rule.name": "RuleName",
}
_PE: Final = {
    "original_file_name": "OriginalFileName",
    "file_version": "FileVersion",
    "description": "Description",
    "product": "Product",
    "company": "Company",
}
_FILE: Final = {**_PROCESS, "file.path": "TargetFilename"}
_REGISTRY: Final = {
    **_PROCESS,
    "registry.path": "TargetObject",
    "registry.data.strings": "Details",
}
_PIPE: Final = {**_PROCESS, "file.name": "PipeName"}
_PARENT: Final = {
    "process.command_line": "CommandLine",
    "process.working_directory": "CurrentDirectory",
    "process.parent.executable": "ParentImage",
    "process.parent.command_line": "ParentCommandLine",
    "process.parent.pid": "ParentProcessId",
    "process.parent.entity_id": "ParentProcessGuid",
}
#: Sysmon's event id -> where its fields went.
_SYSMON: Final[dict[int, dict[str, str]]] = {
    1: {**_PROCESS, **_PARENT, **{f"process.pe.{key}": name for key, name in _PE.items()}},
    2: _FILE,
    3: {
        **_PROCESS,
        "network.transport": "Protocol",
        "source.ip": "SourceIp",
        "source.domain": "SourceHostname",
        "source.port": "SourcePort",
        "destination.ip": "DestinationIp",
        "destination.domain": "DestinationHostname",
        "destination.port": "DestinationPort",
    },
    5: _PROCESS,
    6: {"file.path": "ImageLoaded", "file.code_signature.subject_name": "Signature"},
    7: {
        **_PROCESS,
        "file.path": "ImageLoaded",
        "file.code_signature.signed": "Signed",
        "file.code_signature.subject_name": "Signature",
        "file.code_signature.status": "SignatureStatus",
        **{f"file.pe.{key}": name for key, name in _PE.items()},
    },
    8: {"process.executable": "SourceImage", "process.pid": "SourceProcessId"},
    10: {
        "process.executable": "SourceImage",
        "process.pid": "SourceProcessId",
        "process.entity_id": "SourceProcessGUID",
        "process.thread.id": "SourceThreadId",
    },
    11: _FILE,
    12: _REGISTRY,
    13: _REGISTRY,
    14: _REGISTRY,
    15: _FILE,
    17: _PIPE,
    18: _PIPE,
    22: {**_PROCESS, "dns.question.name": "QueryName", "sysmon.dns.status": "QueryStatus"},
    23: _FILE,
    25: _PROCESS,
    26: _FILE,
}
_POWERSHELL: Final = {
    "powershell.file.script_block_text": "ScriptBlockText",
    "powershell.file.script_block_id": "ScriptBlockId",
    "powershell.sequence": "MessageNumber",
    "powershell.total": "MessageTotal",
    "file.path": "Path",
}
#: The template of event 4103's message: payload, then context.
_PIPELINE = re.compile(r"(.*?)\r?\n\r?\n\r?\nContext:\r?\n(.*?)(?:\r?\n){2,3}User Data:", re.DOTALL)
_HASHES: Final = ("sha1", "md5", "sha256", "imphash")

#: Event data that a module would have moved: where one is there, none has run.
_UNMOVED: Final = frozenset({"UtcTime", "ScriptBlockText", "Payload"})


def _matches(record: Record) -> bool:
    event, inner = record.get("event"), record.get("winlog")
    return (
        isinstance(event, dict)
        and isinstance(inner, dict)
        and event.get("module") in ("sysmon", "powershell")
        and "event_id" in inner
        and _UNMOVED.isdisjoint(object_of(inner.get("event_data")))
    )


def _at(record: Record, path: str) -> Json:
    value: Json = record
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _to_event(record: Record, place: Place) -> Event:
    system, data = winlogbeat7.envelope(record)
    identity = winlogbeat7.identity(record)
    moved: Pairs = []
    if object_of(record.get("event")).get("module") == "powershell":
        _restore(record, _POWERSHELL, moved)
        _restore_pipeline(record, identity, moved)
    else:
        _restore_sysmon(record, identity, moved)
    kept = {name for name, _ in data}
    data.extend(pair for pair in moved if pair[0] not in kept)
    return flat.event_of(record, place, identity, system, data)


def _restore(record: Record, places: dict[str, str], moved: Pairs) -> None:
    for path, name in places.items():
        value = _at(record, path)
        if value is not None:
            flat.add(moved, name, value)


def _restore_sysmon(record: Record, identity: flat.Identity, moved: Pairs) -> None:
    event_id = integer_of(identity.event_id)
    _restore(record, _SYSMON.get(event_id or 0, {}), moved)
    user = object_of(record.get("user"))
    if user.get("name") and user.get("domain"):
        moved.append(("User", f"{text_of(user['domain'])}\\{text_of(user['name'])}"))
    owner = "process" if event_id == 1 else "file"
    hashes = object_of(object_of(record.get(owner)).get("hash"))
    pairs = [f"{key.upper()}={text_of(hashes[key]).upper()}" for key in _HASHES if key in hashes]
    if pairs:
        moved.append(("Hashes", ",".join(pairs)))


def _restore_pipeline(record: Record, identity: flat.Identity, moved: Pairs) -> None:
    if integer_of(identity.event_id) != 4103:
        return
    found = _PIPELINE.match(text_of(record.get("message")))
    if found:
        moved.extend((("ContextInfo", found[2]), ("Payload", found[1])))


SHAPE: Final = Shape(
    name="winlogbeat_module",
    fidelity=Fidelity.LOSSY,
    matches=_matches,
    to_event=_to_event,
    fields_lacking=("UtcTime", "QueryResults", "Initiated", "EventType", "LogonGuid", "Hashes"),
)
