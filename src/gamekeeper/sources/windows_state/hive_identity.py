"""What a hive is: which part of the registry, of which host and whose."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gamekeeper.model.folding import fold
from gamekeeper.sources.windows_state.hive_walk import Walk
from gamekeeper.sources.windows_state.owners import owner
from gamekeeper.sources.windows_state.values import REG_DWORD, REG_SZ, Value

if TYPE_CHECKING:
    from gamekeeper.sources.windows_state.hive_cells import BaseBlock, Cells, Key

_CONTROL_SET: Final = re.compile(r"controlset\d{3}")
_DEFAULT_HIVE: Final = re.compile(r"(?:^|[\\/!])DEFAULT\Z", re.IGNORECASE)
#: More than any name that is looked up.
_MOST_BYTES: Final = 1024


@dataclass(frozen=True, slots=True)
class Identity:
    """The hive's place in the registry, empty where nothing tells, and what it says about its host."""

    path: str = ""
    computer: str = ""
    user: str = ""
    shown_as: dict[str, str] = field(default_factory=dict)


def identity(cells: Cells, root: Key, base: BaseBlock, path: str) -> Identity:
    """Return what a hive is by the keys below its root; a copy may have any name."""
    names = {fold(key.name) for key in Walk(cells).subkeys(root)}
    if "select" in names or any(_CONTROL_SET.fullmatch(name) for name in names):
        return _system(cells, root)
    if {"microsoft", "classes"} <= names:
        return Identity(r"HKLM\SOFTWARE")
    if "software" in names:
        if _DEFAULT_HIVE.search(path) or _DEFAULT_HIVE.search(base.name):
            return Identity(r"HKU\.DEFAULT")
        return Identity("HKCU", user=owner(path) or owner(base.name))
    return Identity()


def _system(cells: Cells, root: Key) -> Identity:
    current = _value(cells, root, "Select", "Current", REG_DWORD)
    number = int.from_bytes(current.data, "little") if current else 0
    name = f"ControlSet{number or 1:03d}"
    path = rf"{name}\Control\ComputerName\ComputerName"
    computer = _value(cells, root, path, "ComputerName", REG_SZ)
    return Identity(
        r"HKLM\System",
        computer=computer.texts()[0] if computer else "",
        shown_as={fold(name): "CurrentControlSet"} if number else {},
    )


def _value(cells: Cells, root: Key, path: str, name: str, kind: int) -> Value | None:
    """Return a value of a type that a hive has at a known place."""
    key = root
    walk = Walk(cells)
    for step in path.split("\\"):
        found = [child for child in walk.subkeys(key) if fold(child.name) == fold(step)]
        if not found:
            return None
        key = found[0]
    for offset in cells.listed_values(key):
        cell = cells.value(offset)
        if cell is not None and fold(cell.name) == fold(name) and cell.kind == kind:
            data = cells.data_of(cell, _MOST_BYTES)
            return Value(cell.name, kind, data, cell.size_bytes) if data is not None else None
    return None
