"""What a step shows beside host and account, as STIX observables: processes, files, keys, connections.

It is what conditions of rules found in events, so a step of a chain or a break, or one of which no evidence
is kept, shows nothing here. A process has no property that makes it what it is to everybody: its id is
ours.
"""

from __future__ import annotations

import ntpath
import re
from typing import TYPE_CHECKING, Final

from gamekeeper.reports.exports.stix_ids import observable, process_id

if TYPE_CHECKING:
    from gamekeeper.model.incidents import Step
    from gamekeeper.reports.exports.stix_parts import Object

#: Fields of events by what they name.
_PROGRAMS: Final = ("Image", "NewProcessName", "ProcessName", "CallerProcessName")
_PARENTS: Final = ("ParentImage", "ParentProcessName")
_FILES: Final = ("TargetFilename", "ImageLoaded", "RelativeTargetName")
#: Logs shorten what the standard wants in full.
_HIVES: Final = {
    "HKLM": "HKEY_LOCAL_MACHINE",
    "HKCU": "HKEY_CURRENT_USER",
    "HKU": "HKEY_USERS",
    "HKCR": "HKEY_CLASSES_ROOT",
}
#: Texts that are longer are no names of files; objects of one step that are told.
_PATH: Final = 1_024
_MOST: Final = 24
_IP: Final = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}|[0-9a-f]*:[0-9a-f:.]+", re.IGNORECASE)
_PORT: Final = re.compile(r"[0-9]{1,5}")


def shown_in(step: Step) -> list[Object]:
    """Return the observables of a step, each after those that it refers to."""
    held: dict[str, str] = {}
    for said in step.said:
        for condition in said.matched:
            if condition.held:
                held.setdefault(condition.field, condition.held)
    found = [*_process(step, held), *_connection(held)]
    for name in _FILES:
        found += _file(held.get(name, ""))
    if held.get("TargetObject"):
        hive, line, path = held["TargetObject"].partition("\\")
        key = f"{_HIVES.get(hive.upper(), hive)}{line}{path}"
        found.append(observable("windows-registry-key", key=key))
    distinct = {one["id"]: one for one in found}
    return list(distinct.values()) if len(distinct) <= _MOST else []


def _process(step: Step, held: dict[str, str]) -> list[Object]:
    line = held.get("CommandLine", "")
    image = _file(_first(held, _PROGRAMS))
    if not line and not image:
        return []
    parts: list[Object] = [*image]
    process: Object = {"type": "process", "spec_version": "2.1"}
    if line:
        process["command_line"] = line
    if image:
        process["image_ref"] = image[-1]["id"]
    parent = _file(_first(held, _PARENTS))
    if parent:
        started: Object = {
            "type": "process",
            "spec_version": "2.1",
            "id": process_id(step.host, "parent", parent[-1]["id"]),
            "image_ref": parent[-1]["id"],
        }
        process["parent_ref"] = started["id"]
        parts += [*parent, started]
    names = (str(process.get(name, "")) for name in ("command_line", "image_ref", "parent_ref"))
    return [*parts, {**process, "id": process_id(step.host, *names)}]


def _connection(held: dict[str, str]) -> list[Object]:
    """Return a connection and its ends; of one end alone it is told where a port is known."""
    source = _address(held.get("SourceIp", ""))
    target = _address(held.get("DestinationIp", ""))
    port = held.get("DestinationPort", "")
    if not target and not (source and port):
        return []
    ends = {"src_ref": source, "dst_ref": target}
    refs: dict[str, str | int | list[str]] = {
        name: end["id"] for name, end in ends.items() if end is not None
    }
    known = [end for end in ends.values() if end is not None]
    protocol = held.get("Protocol", "").lower()
    protocols = [known[0]["type"].partition("-")[0], *([protocol] if protocol.isalnum() else [])]
    if _PORT.fullmatch(port) and int(port) <= 65_535:
        refs["dst_port"] = int(port)
    return [*known, observable("network-traffic", **refs, protocols=protocols)]


def _address(text: str) -> Object | None:
    if not _IP.fullmatch(text):
        return None
    kind = "ipv6-addr" if ":" in text else "ipv4-addr"
    return observable(kind, value=text.lower())


def _file(path: str) -> list[Object]:
    r"""Return a folder and the file in it.

    >>> [one["type"] for one in _file("C:\\Windows\\x.exe")], _file("")
    (['directory', 'file'], [])
    """
    if not path or len(path) > _PATH:
        return []
    folder, name = ntpath.split(path)
    if not name:
        return [observable("directory", path=folder)] if folder else []
    if not folder:
        return [observable("file", name=name)]
    parent = observable("directory", path=folder)
    return [parent, observable("file", name=name, parent_directory_ref=parent["id"])]


def _first(held: dict[str, str], names: tuple[str, ...]) -> str:
    return next((held[name] for name in names if held.get(name)), "")
