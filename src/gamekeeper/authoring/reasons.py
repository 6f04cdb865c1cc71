"""Why a condition is true or false of one event: the predicates that decide it, and what the event says."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from gamekeeper.authoring.tree import sentence
from gamekeeper.engine.reference import match_fields
from gamekeeper.model.folding import fold
from gamekeeper.rules.ir import Node, Not, Predicate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Characters of a value, and values of a list, that are shown.
_VALUE: Final = 160
_VALUES: Final = 6


class Reason(NamedTuple):
    """Predicates of one field that are all true, or all false, and the field's values."""

    text: str
    is_true: bool
    values: tuple[str, ...] | None  # None for keywords, which ask every field

    def __str__(self) -> str:
        truth = "true" if self.is_true else "false"
        if self.values is None:
            return f"{truth}: {self.text}"
        held = " and ".join(f"'{value}'" for value in self.values) or "absent"
        return f"{truth}: {self.text} (it is {held})"


class Reasons(NamedTuple):
    """What decided one event."""

    event: int  # its number in the case
    problem: str = ""  # why it was not judged
    reasons: tuple[Reason, ...] = ()


def why(condition: Node, fields: Mapping[str, list[str]], truth: bool) -> tuple[Reason, ...]:
    """Return the predicates for which a condition has a truth, or nothing where it has the other."""
    if match_fields(condition, fields) is not truth:
        return ()
    found = dict.fromkeys(_deciding(condition, fields, truth))
    grouped = groupby(found, key=lambda item: (item[0].name, item[0].op, item[0].cased, item[1]))
    return tuple(_reason([leaf for leaf, _ in group], key[3], fields) for key, group in grouped)


def _deciding(
    node: Node, fields: Mapping[str, list[str]], truth: bool
) -> Iterator[tuple[Predicate, bool]]:
    """Yield leaves with their truth. An AND is false, and an OR true, for those children that are."""
    if isinstance(node, Predicate):
        yield node, truth
    elif isinstance(node, Not):
        yield from _deciding(node.child, fields, not truth)
    else:
        for child in node.children:
            if match_fields(child, fields) is truth:
                yield from _deciding(child, fields, truth)


def _reason(leaves: list[Predicate], is_true: bool, fields: Mapping[str, list[str]]) -> Reason:
    word = "all of" if is_true else "any of"
    text = sentence(leaves[:_VALUES], word)
    if len(leaves) > _VALUES:
        text += f" and {len(leaves) - _VALUES} more"
    if not leaves[0].name:
        return Reason(text, is_true, None)
    values = fields.get(fold(leaves[0].name), [])
    return Reason(text, is_true, tuple(value[:_VALUE] for value in values))
