"""Which keys belong together: a union-find that remembers by which rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.entities.entity import Join

if TYPE_CHECKING:
    from collections.abc import Iterator


class Union:
    """Keys, joined two by two. The first rule that joins two groups is the one that is kept."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}
        self._joins: list[tuple[str, Join]] = []

    def __contains__(self, key: str) -> bool:
        return key in self._above

    def add(self, key: str) -> None:
        """Make a key known."""
        self._above.setdefault(key, key)

    def top(self, key: str) -> str:
        """Return the key that stands for a key's group."""
        while self._above[key] != key:
            self._above[key] = self._above[self._above[key]]
            key = self._above[key]
        return key

    def join(self, left: str, right: str, join: Join) -> None:
        """Put two groups together; nothing happens where they are one already."""
        self.add(left)
        self.add(right)
        first, second = sorted((self.top(left), self.top(right)))
        if first != second:
            self._above[second] = first
            self._joins.append((first, join))

    def note(self, key: str, join: Join) -> None:
        """Keep a rule that joins two names of one key."""
        self._joins.append((key, join))

    def groups(self) -> Iterator[tuple[tuple[str, ...], tuple[Join, ...]]]:
        """Yield the keys of every group and its joins, in the order of the least key."""
        members: dict[str, list[str]] = {}
        for key in sorted(self._above):
            members.setdefault(self.top(key), []).append(key)
        joins: dict[str, list[Join]] = {}
        for key, join in self._joins:
            joins.setdefault(self.top(key), []).append(join)
        for top, keys in members.items():
            yield tuple(keys), tuple(sorted(set(joins.get(top, ()))))
