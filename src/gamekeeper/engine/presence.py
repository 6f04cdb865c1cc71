"""Whether a condition could still be true of an event that lacks certain fields.

Lacking means absent, empty or ``-``: Windows writes a hyphen where it has nothing to say.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from gamekeeper.model.folding import fold
from gamekeeper.rules.ir import REFERENCES, And, Node, Not, Op, Or, Predicate, predicates
from gamekeeper.rules.truth import holds

if TYPE_CHECKING:
    from collections.abc import Collection

#: Values that say nothing.
SILENT: Final = ("", "-")

_FALSE, _UNKNOWN, _TRUE = 0, 1, 2


def fields_of(condition: Node) -> dict[str, str]:
    """Return the fields that a condition names: folded -> as first written; keywords name none."""
    names: dict[str, str] = {}
    for predicate in predicates(condition):
        if predicate.name:
            names.setdefault(fold(predicate.name), predicate.name)
        if predicate.op in REFERENCES:
            names.setdefault(fold(predicate.value), predicate.value)
    return names


def can_hold(condition: Node, lacking: Collection[str]) -> bool:
    """Say whether the condition can be true of an event that lacks the given (folded) fields."""
    return _state(condition, lacking) != _FALSE


def _state(node: Node, lacking: Collection[str]) -> int:
    if isinstance(node, Predicate):
        if fold(node.name) not in lacking or _can_hold_silently(node):
            return _UNKNOWN
        return _FALSE
    if isinstance(node, Not):
        return _TRUE - _state(node.child, lacking)
    states = [_state(child, lacking) for child in node.children]
    if isinstance(node, And):
        return min(states, default=_TRUE)
    assert isinstance(node, Or)
    return max(states, default=_FALSE)


@lru_cache(maxsize=65_536)
def _can_hold_silently(predicate: Predicate) -> bool:
    if predicate.op in REFERENCES or predicate.op in {Op.NULL, Op.EXISTS}:
        return True
    return any(holds(predicate, value) for value in SILENT)
