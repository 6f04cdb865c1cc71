"""ATT&CK tactics in the order of an intrusion, under the names that people read.

Names of v18 and v19 stand side by side, since rules of both years are about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.rules.techniques import TACTICS

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Stands for findings whose rule names no tactic.
NONE: Final = ""

_RANK: Final = {name: rank for rank, name in enumerate(TACTICS)}


def in_order(names: Iterable[str]) -> list[str]:
    """Return distinct tactics in the order of an intrusion; unknown words after them, then none."""
    return sorted(set(names), key=lambda name: (name == NONE, _RANK.get(name, len(_RANK)), name))


def title(name: str) -> str:
    """Return a tactic as ATT&CK writes it.

    >>> title("command-and-control"), title("")
    ('Command and Control', 'No tactic named')
    """
    words = name.replace("-", " ").title().replace(" And ", " and ")
    return words or "No tactic named"
