"""Changes of logging's settings: registry paths in one spelling, values as numbers where they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from sys import intern
from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.rows import rows_of
from gamekeeper.model.breaks import Evidence
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from gamekeeper.integrity.facts import Facts

#: Programs that change settings when Windows or a product is installed or updated.
INSTALLERS: Final = frozenset(
    {"tiworker.exe", "trustedinstaller.exe", "poqexec.exe", "setuphost.exe", "dismhost.exe"}
)
_ROOTS: Final = (
    (re.compile(r"^\\registry\\machine\\"), r"hklm\\"),
    (re.compile(r"^\\registry\\user\\"), r"hku\\"),
    (re.compile(r"^hkey_local_machine\\"), r"hklm\\"),
    (re.compile(r"^hkey_users\\"), r"hku\\"),
    (re.compile(r"^hklm\\system\\(?:controlset\d\d\d)\\"), r"hklm\\system\\currentcontrolset\\"),
)
_NUMBER: Final = re.compile(
    r"(?:[dq]word \()?0x(?:[0-9a-f]{8}-0x)?([0-9a-f]+)\)?|(\d+)", re.IGNORECASE
)
#: Sysmon's EventType and 4657's OperationType of a removal.
_DELETIONS: Final = frozenset({"deletekey", "deletevalue", "%%1906"})


@dataclass(frozen=True, slots=True)
class SettingChange:
    """One registry event. ``path``: of the value, or of the key, folded."""

    host: str
    channel: str
    filetime: int
    record: int | None
    source: int
    offset: int
    code: int
    path: str
    value: str
    kind: str
    program: str
    user: str

    @property
    def is_deletion(self) -> bool:
        """Whether the key or value was removed."""
        return self.kind in _DELETIONS

    @property
    def number(self) -> int | None:
        """The new value, where it is a number."""
        match = _NUMBER.fullmatch(self.value.strip())
        if match is None:
            return None
        return int(match[1], 16) if match[1] else int(match[2])

    def evidence(self, text: str) -> Evidence:
        """Return the event as evidence for a statement."""
        return Evidence(text, self.source, self.offset, self.record, self.filetime)


def folded_path(key: str, name: str) -> str:
    r"""Return a registry path in one spelling.

    >>> folded_path(r"\REGISTRY\MACHINE\SYSTEM\ControlSet001\Control\MiniNt", "")
    'hklm\\system\\currentcontrolset\\control\\minint'
    """
    path = fold(f"{key}\\{name}" if name else key)
    for root, short in _ROOTS:
        path = root.sub(short, path)
    return path


def changes_of(facts: Facts) -> list[SettingChange]:
    """Return all changes, by host and time; copies of one event count once."""
    return facts.once("setting changes", _found)


def _found(facts: Facts) -> list[SettingChange]:
    changes: dict[tuple[object, ...], SettingChange] = {}
    for row in rows_of(facts.table("settings")):
        if row["filetime"] is None:
            continue
        change = SettingChange(
            intern(row["host"]),
            intern(row["channel"]),
            row["filetime"],
            row["record"],
            row["source"],
            row["offset"],
            row["code"],
            intern(folded_path(row["path"], row["name"])),
            intern(row["value"]),
            intern(fold(row["kind"])),
            intern(fold(row["program"]).rpartition("\\")[2]),
            intern(row["user"]),
        )
        same = (change.host, change.filetime, change.record, change.code, change.path, change.kind)
        changes.setdefault(same, change)
    return list(changes.values())
