"""Which registry keys become events: the patterns of ``content/registry_keys.yml`` as a tree of names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fnmatch import translate
from functools import cache
from typing import Final

from gamekeeper import content
from gamekeeper.model.folding import fold

_CONTROL_SET: Final = re.compile(r"controlset\d{3}")
#: The 32-bit view of a key: rules and patterns mean both.
_NARROW: Final = "wow6432node"


@dataclass(slots=True)
class _Node:
    """A place in the tree. ``everything`` holds for all that lies below."""

    names: dict[str, _Node] = field(default_factory=dict)
    any: _Node | None = None
    everything: bool = False
    is_taken: bool = False
    secrets: tuple[str, ...] = ()

    def under(self, name: str) -> _Node:
        """Return the place below, made where it is not there yet."""
        if name != "*":
            return self.names.setdefault(name, _Node())
        if self.any is None:
            self.any = _Node()
        return self.any


@dataclass(frozen=True, slots=True)
class Place:
    """A registry key, as far as the patterns know it."""

    nodes: tuple[_Node, ...]

    @property
    def is_taken(self) -> bool:
        """Whether the key's values become events."""
        return any(node.is_taken for node in self.nodes)

    @property
    def leads_on(self) -> bool:
        """Whether any key at or below it may be taken."""
        return bool(self.nodes)

    def below(self, name: str) -> Place:
        """Return the place of a subkey."""
        folded = fold(name)
        if folded == _NARROW:
            return self
        if _CONTROL_SET.fullmatch(folded):
            folded = "currentcontrolset"
        found: list[_Node] = []
        for node in self.nodes:
            if node.everything:
                found.append(node)
            if folded in node.names:
                found.append(node.names[folded])
            if node.any is not None:
                found.append(node.any)
        return Place(tuple(found)) if found else NOWHERE

    def hides(self, value: str) -> bool:
        """Whether a value of the key may hold a secret, by its name."""
        folded = fold(value) or "(default)"
        return bool(_secrets().fullmatch(folded)) or any(
            folded in node.secrets for node in self.nodes
        )


#: Where no pattern leads.
NOWHERE: Final = Place(())


def place_of(path: str) -> Place:
    r"""Return the place of a key by its whole path.

    >>> place_of(r"HKLM\SYSTEM\ControlSet002\Services\PortProxy\v4tov4\tcp").is_taken
    True
    >>> place_of(r"HKLM\SYSTEM\Setup").leads_on
    False
    """
    names = path.split("\\")
    if fold(names[0]) == "hku" and len(names) > 1:
        names[:2] = ["HKCU"]  # any user's hive, under its own name
    place = Place((_tree(),))
    for name in names:
        place = place.below(name)
    return place


@cache
def _tree() -> _Node:
    root = _Node()
    for row in content.load_yaml("registry_keys.yml")["keys"]:
        *names, last = [fold(name) for name in row["key"].split("\\")]
        node = root
        for name in names:
            node = node.under(name)
        node = node if last == "**" else node.under(last)
        node.everything = node.everything or last == "**"
        node.is_taken = True
        node.secrets += tuple(fold(name) for name in row.get("secret", ()))
    return root


@cache
def _secrets() -> re.Pattern[str]:
    patterns = content.load_yaml("registry_keys.yml")["secrets"]
    return re.compile("|".join(translate(fold(pattern)) for pattern in patterns))
