"""Text with wildcards to the cheapest operator that says the same."""

from __future__ import annotations

from gamekeeper.model.folding import fold
from gamekeeper.rules.ir import Node, Op, Or, Predicate

Parts = tuple[tuple[str, str], ...]
_ANY = ("any", "")
#: Integer columns and keywords: no event writes them in hexadecimal.
_INTEGERS = frozenset({"", "eventid", "eventrecordid"})


def text_predicate(
    name: str, parts: Parts, *, cased: bool = False, is_number: bool = False
) -> Node:
    """Return the node for a text value; ``name`` is "" for a keyword, which may stand anywhere.

    A whole number means the number: events write some numbers in decimal and some as ``0x17``.
    """
    if not name:
        parts = (_ANY, *parts, _ANY)
    parts = _merged(parts)
    node = _predicate(name, parts, cased=cased)
    if is_number and node.value.isdecimal() and fold(name) not in _INTEGERS:
        return Or((node, Predicate(name, Op.EQUALS, hex(int(node.value)))))
    return node


def _merged(parts: Parts) -> Parts:
    merged: list[tuple[str, str]] = []
    for part in parts:
        if part == ("lit", "") or (part == _ANY and merged and merged[-1] == _ANY):
            continue
        if part[0] == "lit" and merged and merged[-1][0] == "lit":
            merged[-1] = ("lit", merged[-1][1] + part[1])
        else:
            merged.append(part)
    return tuple(merged)


def _predicate(name: str, parts: Parts, *, cased: bool) -> Predicate:
    kinds = tuple(kind for kind, _ in parts)
    operators = {
        (): Op.EQUALS,
        ("lit",): Op.EQUALS,
        ("any", "lit", "any"): Op.CONTAINS,
        ("lit", "any"): Op.STARTSWITH,
        ("any", "lit"): Op.ENDSWITH,
    }
    op = operators.get(kinds)
    if op is None:
        return Predicate(name, Op.GLOB, _written(parts), cased, parts=parts)
    return Predicate(name, op, "".join(text for _, text in parts), cased)


def _written(parts: Parts) -> str:
    """The pattern as text for people; only ``parts`` is evaluated."""
    signs = {"any": "*", "one": "?"}
    return "".join(signs.get(kind, text) for kind, text in parts)
