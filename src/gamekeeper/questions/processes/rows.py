"""Processes in words: what the events of the shown ones say, under the names that ECS has for it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Final

import pyarrow as pa

from gamekeeper.model.events import FILETIME_EPOCH
from gamekeeper.questions.processes.fields import guid_of, pid_of
from gamekeeper.questions.processes.log import SYSMON

Fields = dict[str, object]

TIME: Final = pa.timestamp("us", tz="UTC")
SCHEMA: Final = pa.schema(
    [
        ("@timestamp", TIME),
        ("host.name", pa.utf8()),
        ("tree.depth", pa.int32()),
        ("tree.role", pa.utf8()),  # selected, ancestor or descendant
        ("process.pid", pa.int64()),
        ("process.name", pa.utf8()),
        ("process.executable", pa.utf8()),
        ("process.command_line", pa.utf8()),
        ("user.domain", pa.utf8()),
        ("user.name", pa.utf8()),
        ("process.end", TIME),
        ("process.entity_id", pa.utf8()),
        ("process.parent.entity_id", pa.utf8()),
        ("process.parent.pid", pa.int64()),
        ("process.parent.name", pa.utf8()),
        ("process.parent.executable", pa.utf8()),
        ("process.parent.command_line", pa.utf8()),
        (
            "process.parent.linked_by",
            pa.utf8(),
        ),  # guid, pid, or named: the parent's start is not there
        ("winlog.logon.id", pa.utf8()),
        ("process.integrity_level", pa.utf8()),
        ("process.working_directory", pa.utf8()),
        ("process.hash.md5", pa.utf8()),
        ("process.hash.sha1", pa.utf8()),
        ("process.hash.sha256", pa.utf8()),
        ("process.pe.imphash", pa.utf8()),
        ("process.guid", pa.utf8()),
        ("event.code", pa.int32()),
        ("event.dataset", pa.utf8()),
        ("event.source", pa.int32()),
        ("event.offset", pa.int64()),
        ("event.record_id", pa.int64()),
        ("witnesses", pa.list_(pa.utf8())),  # dataset:source:offset of every record of the start
    ]
)
#: What is read of the event of a shown process.
COLUMNS: Final = (
    "Image",
    "CommandLine",
    "CurrentDirectory",
    "User",
    "LogonId",
    "IntegrityLevel",
    "Hashes",
    "ProcessGuid",
    "ParentImage",
    "ParentCommandLine",
    "ParentUser",
    "ParentProcessGuid",
    "ParentProcessId",
    "NewProcessName",
    "ParentProcessName",
    "ProcessId",
    "SubjectDomainName",
    "SubjectUserName",
    "SubjectLogonId",
    "TargetDomainName",
    "TargetUserName",
    "TargetLogonId",
    "MandatoryLabel",
)
_NOTHING: Final = frozenset({"", "-", "?", "<unknown process>"})
_INTEGRITY: Final = {
    "S-1-16-0": "Untrusted",
    "S-1-16-4096": "Low",
    "S-1-16-8192": "Medium",
    "S-1-16-8448": "MediumPlus",
    "S-1-16-12288": "High",
    "S-1-16-16384": "System",
}
_HASHES: Final = {
    "md5": "process.hash.md5",
    "sha1": "process.hash.sha1",
    "sha256": "process.hash.sha256",
    "imphash": "process.pe.imphash",
}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def moment(filetime: int) -> datetime | None:
    """Return a FILETIME as a time, None where it is none that a calendar has."""
    if filetime < 0:
        return None
    try:
        return _EPOCH + timedelta(microseconds=(filetime - FILETIME_EPOCH) // 10)
    except OverflowError:
        return None


def filetime_of(time: object) -> int:
    """Return a time as a FILETIME, -1 for none."""
    if not isinstance(time, datetime):
        return -1
    return (time - _EPOCH) // timedelta(microseconds=1) * 10 + FILETIME_EPOCH


def entity_id(*parts: object) -> str:
    """Return the same short name for the same process, whoever asks and whenever.

    >>> entity_id("ws-01", "{0000-01}") == entity_id("ws-01", "{0000-01}") != entity_id("ws-02", "{0000-01}")
    True
    """
    text = "\x1f".join(str(part) for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def own_id(host: str, guid: object, pid: int = -1, start: int = -1) -> str:
    """Return the entity id of a process: from its ProcessGuid, else from its number and start."""
    return entity_id(host, str(guid).strip("{}").lower()) if guid else entity_id(host, pid, start)


def told(fields: Fields) -> Fields:
    """Return what the event of a start says about the process."""
    return _sysmon(fields) if fields["event.dataset"] == SYSMON else _security(fields)


def told_of_parent(fields: Fields) -> Fields:
    """Return what the event of a start says about the parent, as a row of the parent's own."""
    image = text(fields, "ParentImage") or text(fields, "ParentProcessName")
    name = "ParentProcessId" if fields["event.dataset"] == SYSMON else "ProcessId"
    number = pid_of(text(fields, name))
    domain, user = split_user(text(fields, "ParentUser"))
    return {
        "process.pid": number if number >= 0 else None,
        "process.name": name_of(image),
        "process.executable": image,
        "process.command_line": text(fields, "ParentCommandLine"),
        "process.guid": guid_of(text(fields, "ParentProcessGuid")),
        "user.domain": domain,
        "user.name": user,
    }


def text(fields: Fields, name: str) -> str | None:
    """Return a field that says something."""
    value = fields.get(name)
    return value if isinstance(value, str) and value not in _NOTHING else None


def name_of(path: str | None) -> str | None:
    r"""Return the name of a program without its folder.

    >>> name_of("C:\\Windows\\System32\\cmd.exe")
    'cmd.exe'
    """
    return path and (path.rpartition("\\")[2].rpartition("/")[2] or path)


def split_user(user: str | None) -> tuple[str | None, str | None]:
    r"""Return domain and name of an account.

    >>> split_user("NT AUTHORITY\\SYSTEM"), split_user("root"), split_user(None)
    (('NT AUTHORITY', 'SYSTEM'), (None, 'root'), (None, None))
    """
    if user is None:
        return None, None
    domain, backslash, name = user.partition("\\")
    return (domain, name) if backslash else (None, user)


def _sysmon(fields: Fields) -> Fields:
    domain, user = split_user(text(fields, "User"))
    image = text(fields, "Image")
    return {
        "process.name": name_of(image),
        "process.executable": image,
        "process.command_line": text(fields, "CommandLine"),
        "process.working_directory": text(fields, "CurrentDirectory"),
        "process.integrity_level": text(fields, "IntegrityLevel"),
        "process.guid": guid_of(text(fields, "ProcessGuid")),
        "user.domain": domain,
        "user.name": user,
        "winlog.logon.id": text(fields, "LogonId"),
        **_hashes(text(fields, "Hashes") or ""),
    }


def _security(fields: Fields) -> Fields:
    # Since Windows 10 the event names a target account where the new process runs as somebody else.
    whose = "Target" if text(fields, "TargetUserName") else "Subject"
    image, label = text(fields, "NewProcessName"), text(fields, "MandatoryLabel")
    return {
        "process.name": name_of(image),
        "process.executable": image,
        "process.command_line": text(fields, "CommandLine"),
        "process.integrity_level": _INTEGRITY.get(label or "", label),
        "user.domain": text(fields, f"{whose}DomainName"),
        "user.name": text(fields, f"{whose}UserName"),
        "winlog.logon.id": text(fields, f"{whose}LogonId"),
    }


def _hashes(listed: str) -> Fields:
    r"""Return Sysmon's list of hashes, each under its own name, in lower case."""
    found: Fields = {}
    for entry in listed.split(","):
        kind, equals, value = entry.partition("=")
        name = _HASHES.get(kind.strip().lower())
        if name and equals and value:
            found.setdefault(name, value.strip().lower())
    return found
