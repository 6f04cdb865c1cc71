"""From the root of a hive to the keys that are looked at, and their values: the decoder.

Every cell is used at most once, as Windows has it: so no file, however made, gives more work than its size.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gamekeeper.model.folding import fold
from gamekeeper.sources.windows_state.states import KeyState
from gamekeeper.sources.windows_state.values import TEXT_LIMIT_BYTES, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.sources.windows_state.hive_cells import Cells, Key

#: How deep Windows lets keys stand in each other.
MAX_DEPTH: Final = 512


@dataclass(frozen=True, slots=True)
class Record:
    """One value, or a key without one: where it stands and what it says."""

    offset: int
    key: KeyState
    value: Value | None


@dataclass(frozen=True, slots=True)
class Damage:
    """Records of a key that cannot be read."""

    offset: int
    reason: str
    detail: str
    count: int = 1


@dataclass(slots=True)
class Walk:
    """One pass over a hive. ``reached`` and ``notes`` fill as it goes.

    ``shown_as`` has other names for keys right below the root, by folded name.
    """

    cells: Cells
    shown_as: dict[str, str] = field(default_factory=dict)
    reached: set[int] = field(default_factory=set)
    notes: Counter[str] = field(default_factory=Counter)
    _used: set[int] = field(default_factory=set)

    def records(self, root: Key, state: KeyState) -> Iterator[Record | Damage]:
        """Yield the records of the keys that are looked at; ``state`` is the root as people know it."""
        waiting = [(root, state, 1)]
        self._used.add(root.offset)
        while waiting:
            key, here, depth = waiting.pop()
            if here.place.is_taken:
                self.reached.add(key.offset)
                yield from self._of_key(key, here)
            if depth >= MAX_DEPTH and key.subkeys:
                self.notes["keys stand too deep: what lies below them was not read"] += 1
                continue
            below = [
                (child, self._child(child, here, depth), depth + 1) for child in self.subkeys(key)
            ]
            waiting += [item for item in reversed(below) if item[1].place.leads_on]

    def subkeys(self, key: Key) -> Iterator[Key]:
        """Yield the keys right below one, in the order of its list."""
        if not key.subkeys:
            return
        for offset in self._listed(key.subkey_list):
            child = self.cells.key(offset) if self._use(offset) else None
            if child is None:
                self.notes["links to keys lead nowhere"] += 1
                continue
            if child.parent != key.offset:
                self.notes["keys name another parent than the key that lists them"] += 1
            yield child

    def _child(self, child: Key, above: KeyState, depth: int) -> KeyState:
        shown = self.shown_as.get(fold(child.name), child.name) if depth == 1 else child.name
        return KeyState(f"{above.path}\\{shown}", above.place.below(child.name), child.filetime)

    def _listed(self, offset: int) -> Iterator[int]:
        """Yield the offsets of a list of subkeys, which may be a list of lists."""
        mark, offsets = self.cells.subkey_lists(offset) if self._use(offset) else (b"", [])
        if not mark:
            self.notes["lists of keys cannot be read"] += 1
        if mark != b"ri":
            yield from offsets
            return
        for inner in offsets:
            mark, listed = self.cells.subkey_lists(inner) if self._use(inner) else (b"", [])
            if mark in {b"", b"ri"}:
                self.notes["lists of keys cannot be read"] += 1
            else:
                yield from listed

    def _use(self, offset: int) -> bool:
        """Mark a cell as used; False where it was already."""
        if offset in self._used:
            return False
        self._used.add(offset)
        return True

    def _of_key(self, key: Key, state: KeyState) -> Iterator[Record | Damage]:
        count = self.cells.records(key)
        if not key.values:
            yield Record(key.offset, state, None)
            return
        listed = self.cells.listed_values(key)
        if not listed or not self._use(key.value_list):
            detail = "the key's list of values cannot be read"
            yield Damage(key.offset, "bad_value_list", detail, count)
            return
        if len(listed) < key.values:
            self.notes["keys claim more values than their lists hold"] += 1
        for offset in listed:
            yield self._value(offset, key, state)

    def _value(self, offset: int, key: Key, state: KeyState) -> Record | Damage:
        if not self._use(offset):
            return Damage(key.offset, "shared_cell", "two values claim one cell")
        value = self.cells.value(offset)
        if value is None:
            return Damage(key.offset, "bad_value", "a value of the key cannot be read")
        if value.data_cell is not None and not self._use(value.data_cell):
            return Damage(offset, "shared_cell", "the value's data belong to another value")
        data = self.cells.data_of(value, TEXT_LIMIT_BYTES)
        if data is None:
            return Damage(offset, "bad_data", "the value's data cannot be read")
        return Record(offset, state, Value(value.name, value.kind, data, value.size_bytes))
