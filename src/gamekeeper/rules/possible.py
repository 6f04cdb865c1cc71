"""Whether a condition can be true, or false, of any event at all.

Two predicates can contradict each other: ``Image|endswith: '\\cmd.exe'`` and not ``Image|contains: 'cmd'``.
A condition for which no choice of its predicates is free of such pairs is impossible. What this reader
cannot decide, it calls possible.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from gamekeeper.model.folding import fold
from gamekeeper.rules.ir import And, Node, Not, Op, Or, Predicate
from gamekeeper.rules.truth import holds

if TYPE_CHECKING:
    from collections.abc import Callable

#: Pairs of predicates that are compared before a condition counts as possible.
_BUDGET = 20_000
#: Alternatives that stand open at once.
_DEPTH = 200
_TEXT = frozenset({Op.EQUALS, Op.CONTAINS, Op.STARTSWITH, Op.ENDSWITH})
#: Fields that hold one value in every event; ``Data`` is the one that never does.
_SINGLE = frozenset({"eventid", "eventrecordid", "channel"})
_LISTS = frozenset({"", "data"})

Goal = tuple[Node, bool]


class _SpentError(Exception):
    """The budget is gone: nobody knows."""


def can_be(node: Node, truth: bool, *, one_value: bool = False) -> bool:
    """Say whether a condition can have a truth; with ``one_value`` of events that repeat no field.

    >>> a = Predicate("Image", Op.ENDSWITH, "\\\\cmd.exe")
    >>> b = Predicate("Image", Op.CONTAINS, "CMD")
    >>> can_be(And((a, Not(b))), True), can_be(And((a, b)), True)
    (False, True)
    """
    search = _Search(_excludes_single if one_value else _excludes)
    try:
        return search.satisfies([(node, truth)])
    except _SpentError:
        return True


class _Search:
    """Tries alternatives one after the other; what is assumed so far lies on a stack."""

    def __init__(self, excludes: Callable[[Predicate, Predicate], bool]) -> None:
        self._excludes = excludes
        self._trail: list[tuple[Predicate, bool]] = []
        self._by_field: dict[str, list[tuple[Predicate, bool]]] = defaultdict(list)
        self._names: dict[str, str] = {}  # folded, by how rules write them
        self._budget = _BUDGET
        self._depth = 0

    def satisfies(self, goals: list[Goal]) -> bool:
        """Say whether all goals can be met together with what is assumed."""
        before = len(self._trail)
        self._depth += 1
        if self._depth > _DEPTH:
            raise _SpentError
        try:
            choices = self._assume(goals)
            if choices is None:
                return False
            return not choices or self._choose(choices)
        finally:
            self._depth -= 1
            while len(self._trail) > before:
                self._by_field[self._name(self._trail.pop()[0])].pop()

    def _choose(self, choices: list[Goal]) -> bool:
        choices.sort(key=lambda goal: -_width(goal[0]))
        node, truth = choices.pop()
        assert isinstance(node, And | Or)
        return any(self.satisfies([(child, truth), *choices]) for child in node.children)

    def _assume(self, goals: list[Goal]) -> list[Goal] | None:
        """Assume what has no alternative; return the rest, or None where that contradicts itself."""
        choices: list[Goal] = []
        open_goals = list(goals)
        while open_goals:
            node, truth = open_goals.pop()
            if isinstance(node, Predicate):
                if not self._add(*_plain(node, truth)):
                    return None
            elif isinstance(node, Not):
                open_goals.append((node.child, not truth))
            elif isinstance(node, And) is truth:
                open_goals += [(child, truth) for child in node.children]
            elif len(node.children) == 1:
                open_goals.append((node.children[0], truth))
            else:
                choices.append((node, truth))
        return choices

    def _add(self, predicate: Predicate, truth: bool) -> bool:
        same_field = self._by_field[self._name(predicate)]
        self._budget -= 1 + len(same_field)
        if self._budget < 0:
            raise _SpentError
        assumed = (predicate, truth)
        if any(self._clash(assumed, other) for other in same_field):
            return False
        self._trail.append(assumed)
        same_field.append(assumed)
        return True

    def _name(self, predicate: Predicate) -> str:
        return self._names.setdefault(predicate.name, fold(predicate.name))

    def _clash(self, one: tuple[Predicate, bool], other: tuple[Predicate, bool]) -> bool:
        if one[1] and other[1]:
            return self._excludes(one[0], other[0])
        if one[1] == other[1]:
            return False
        true, false = (one[0], other[0]) if one[1] else (other[0], one[0])
        return implies(true, false)


def _width(node: Node) -> int:
    return len(node.children) if isinstance(node, And | Or) else 0


def _plain(predicate: Predicate, truth: bool) -> tuple[Predicate, bool]:
    """Say everything about presence in one way: the field exists, or it does not."""
    if predicate.op is Op.NULL or (predicate.op is Op.EXISTS and predicate.value == "false"):
        return Predicate(predicate.name, Op.EXISTS, "true"), not truth
    return predicate, truth


def implies(one: Predicate, other: Predicate) -> bool:
    """Say whether a value that satisfies one predicate surely satisfies the other, of the same field."""
    if one.op not in _TEXT or other.op not in _TEXT:
        return one == other or (other.op is Op.EXISTS and bool(one.name))
    if other.cased and not one.cased:
        return False
    text, wanted = one.value, other.value
    if not other.cased:
        text, wanted = _folded(text), _folded(wanted)
    if one.op is Op.EQUALS:
        return holds(other, one.value)
    if one.op is not other.op and other.op is not Op.CONTAINS:
        return False
    if text == wanted:
        return True
    # How letters beyond ASCII fold may depend on the letters around them.
    if not text.isascii() or not wanted.isascii():
        return False
    if other.op is Op.CONTAINS:
        return wanted in text
    return text.startswith(wanted) if one.op is Op.STARTSWITH else text.endswith(wanted)


_folded = lru_cache(maxsize=16_384)(fold)


def _excludes(one: Predicate, other: Predicate) -> bool:
    return fold(one.name) in _SINGLE and _excludes_single(one, other)


def _excludes_single(one: Predicate, other: Predicate) -> bool:
    """Say whether no single value can satisfy both."""
    if fold(one.name) in _LISTS or one.op not in _TEXT or other.op not in _TEXT:
        return False
    if not one.value.isascii() or not other.value.isascii():
        return False
    if one.op is Op.EQUALS:
        return not _may_be(one, other)
    if other.op is Op.EQUALS:
        return not _may_be(other, one)
    if one.op is not other.op or one.op is Op.CONTAINS:
        return False
    texts = sorted((fold(one.value), fold(other.value)), key=len)
    fits = texts[1].startswith if one.op is Op.STARTSWITH else texts[1].endswith
    return not fits(texts[0])


def _may_be(exact: Predicate, other: Predicate) -> bool:
    """Say whether the value that one predicate states may satisfy the other, in some spelling of case."""
    folded = Predicate(other.name, other.op, fold(other.value))
    return holds(folded, fold(exact.value))
