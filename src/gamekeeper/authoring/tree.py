"""A condition as a tree for people, and as JSON for scripts."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from gamekeeper.rules.ir import And, Node, Not, Op, Or, Predicate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WORDS: Final = {
    Op.EQUALS: "is",
    Op.CONTAINS: "contains",
    Op.STARTSWITH: "starts with",
    Op.ENDSWITH: "ends with",
    Op.GLOB: "is like",
    Op.REGEX: "matches",
    Op.CIDR: "is in network",
    Op.LT: "is less than",
    Op.LTE: "is at most",
    Op.GT: "is more than",
    Op.GTE: "is at least",
    Op.TIME_PART: "is",
    Op.FIELD_EQUALS: "equals field",
    Op.FIELD_STARTSWITH: "starts with field",
    Op.FIELD_ENDSWITH: "ends with field",
    Op.FIELD_CONTAINS: "contains field",
}


def lines(node: Node) -> list[str]:
    """Return the tree, a line for each branch and each field that is asked.

    >>> lines(And((Predicate("EventID", Op.EQUALS, "1"), Not(Predicate("User", Op.NULL)))))
    ['all of', '├─ EventID is 1', '└─ not: User is absent']
    """
    found = list(_flat(node))
    if len(found) == 1 and isinstance(found[0], str):
        return [found[0]]
    return list(_drawn(node))


def _drawn(node: Node) -> Iterator[str]:
    if isinstance(node, Not):
        inner = lines(node.child)
        yield f"not: {inner[0]}"
        yield from inner[1:]
        return
    assert isinstance(node, And | Or)
    children = list(_flat(node))
    if not children:
        yield "always" if isinstance(node, And) else "never"
        return
    yield "all of" if isinstance(node, And) else "any of"
    for number, child in enumerate(children):
        is_last = number == len(children) - 1
        first, *rest = [child] if isinstance(child, str) else lines(child)
        yield f"{'└─' if is_last else '├─'} {first}"
        yield from (f"{'  ' if is_last else '│ '} {line}" for line in rest)


def _flat(node: Node) -> Iterator[str | Node]:
    """Yield what stands below a node: branches, and predicates in words, alike ones in one line."""
    if isinstance(node, Predicate):
        yield sentence([node], "")
    elif isinstance(node, Not):
        yield node
    else:
        children = list(_joined(node))
        word = "all of" if isinstance(node, And) else "any of"
        for is_leaf, group in groupby(children, key=lambda child: isinstance(child, Predicate)):
            if is_leaf:
                yield from _sentences((c for c in group if isinstance(c, Predicate)), word)
            else:
                yield from group


def _joined(node: And | Or) -> Iterator[Node]:
    """Yield children, and in place of one of the same kind its children."""
    for child in node.children:
        if isinstance(child, type(node)):
            yield from _joined(child)
        else:
            yield child


def _sentences(leaves: Iterable[Predicate], word: str) -> Iterator[str]:
    for _, group in groupby(leaves, key=lambda leaf: (leaf.name, leaf.op, leaf.cased, leaf.part)):
        yield sentence(list(group), word)


def sentence(leaves: list[Predicate], word: str) -> str:
    """Return predicates that differ in their values only as one sentence."""
    first = leaves[0]
    name = first.name or "any field"
    if first.op is Op.NULL:
        return f"{name} is absent"
    if first.op is Op.EXISTS:
        return f"{name} is {'there' if first.value == 'true' else 'not there'}"
    verb = _verb(first, f"the {first.part} of {name}" if first.part else name)
    values = [_value(leaf) for leaf in leaves]
    if len(values) == 1:
        return f"{verb} {values[0]}"
    return f"{verb} {word}: {', '.join(values)}"


def _verb(leaf: Predicate, name: str) -> str:
    cased = " (case counts)" if leaf.cased else ""
    return f"{name} {_WORDS[leaf.op]}{cased}"


def _value(leaf: Predicate) -> str:
    flags = f" ({leaf.flags})" if leaf.flags else ""
    if leaf.value.isdecimal() and leaf.op is not Op.REGEX:
        return leaf.value
    return f"'{leaf.value}'{flags}"


def as_json(node: Node) -> dict[str, object]:
    """Return the tree as objects: ``all``, ``any``, ``not``, or one predicate."""
    if isinstance(node, Predicate):
        return {
            "field": node.name,
            "op": node.op.value,
            "value": node.value,
            "cased": node.cased,
            "flags": node.flags,
        }
    if isinstance(node, Not):
        return {"not": as_json(node.child)}
    key = "all" if isinstance(node, And) else "any"
    return {key: [as_json(child) for child in _joined(node)]}
