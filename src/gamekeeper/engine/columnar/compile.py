"""Conditions to trees of numbers: predicates numbered once, constants gone, what is known at once first.

A predicate becomes one of three leaves. A *literal* is decided by the scan. *Presence* asks whether the
field is there. Everything else is *slow*: it is asked of single values, at the end and only where the rest
of the condition leaves the matter open; literals that it implies stand before it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final

from gamekeeper.engine.columnar import kernels
from gamekeeper.engine.columnar.literals import Literal
from gamekeeper.engine.columnar.ordinary import commonness
from gamekeeper.engine.columnar.regex_literals import required
from gamekeeper.engine.columnar.values import Asked
from gamekeeper.model.folding import fold
from gamekeeper.rules.ir import REFERENCES, And, Node, Not, Op, Predicate

if TYPE_CHECKING:
    from collections.abc import Iterable

_KINDS: Final = {
    Op.CONTAINS: kernels.CONTAINS,
    Op.STARTSWITH: kernels.STARTSWITH,
    Op.ENDSWITH: kernels.ENDSWITH,
    Op.EQUALS: kernels.EQUALS,
}
_OPS: Final = {kind: op for op, kind in _KINDS.items()}
#: Fields that the channel and the event id settle for all rows of a kind at once.
SETTLED: Final = frozenset({"eventid", "channel"})
#: What is added to a field's number for the leaf that stands for its presence.
PRESENCE: Final = 1 << 24
_GLOB_PIECES: Final = 3


class Constant(Enum):
    """A condition that is the same for every event."""

    NEVER = kernels.FALSE
    ALWAYS = kernels.TRUE


@dataclass(frozen=True, slots=True)
class Slow:
    """The number of a slow predicate."""

    number: int


@dataclass(frozen=True, slots=True)
class Branch:
    """AND, OR or NOT. Leaves that are known at once are bare numbers: rules hold lists of hundreds."""

    operation: int
    known: tuple[int, ...]
    branches: tuple[Branch, ...] = ()
    slow: tuple[Slow, ...] = ()


Compiled = int | Slow | Branch | Constant


@dataclass(slots=True)
class Predicates:
    """Every predicate of a dataset, numbered; literals and slow ones share one range of numbers."""

    asked: Asked = field(default_factory=Asked)
    literals: list[Literal] = field(default_factory=list)
    costs: dict[int, float] = field(default_factory=dict)  # of literals that can be witnesses
    wide: list[tuple[int, int]] = field(default_factory=list)
    slow: dict[int, Predicate] = field(default_factory=dict)
    settled: dict[int, Predicate] = field(default_factory=dict)  # literals on SETTLED fields
    fields: list[tuple[int, ...]] = field(default_factory=list)  # of each predicate, by its number
    _literal_numbers: dict[tuple[int, int, str, bool], int] = field(default_factory=dict)
    _leaves: dict[Predicate, Compiled] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many predicates there are."""
        return len(self.fields)

    def compile(self, node: Node) -> Compiled:
        """Return a condition without constants inside."""
        if isinstance(node, Predicate):
            return self._leaf(node)
        if isinstance(node, Not):
            return negation(self.compile(node.child))
        operation = kernels.AND if isinstance(node, And) else kernels.OR
        return joined(operation, [self.compile(child) for child in node.children])

    def _leaf(self, predicate: Predicate) -> Compiled:
        kind = _KINDS.get(predicate.op)
        if kind is not None and not predicate.cased:
            return self._literal(predicate.name, kind, fold(predicate.value))
        found = self._leaves.get(predicate)
        if found is None:
            found = self._leaves[predicate] = self._rarer(predicate, kind)
        return found

    def _rarer(self, predicate: Predicate, kind: int | None) -> Compiled:
        if predicate.op in {Op.NULL, Op.EXISTS}:
            return self._presence(predicate)
        if predicate.op is Op.GLOB and {kind for kind, _ in predicate.parts} == {"any"}:
            return self._presence(Predicate(predicate.name, Op.EXISTS, "true"))
        implied: list[Compiled] = []
        if kind is not None and predicate.value.isascii():
            # Letters beyond ASCII may fold by their neighbours: a part need not fold as the whole does.
            implied = [self._literal(predicate.name, kind, fold(predicate.value))]
        elif predicate.op is Op.REGEX:
            tree = required(predicate)
            implied = [] if tree is None else [self._required(tree, wide=_ignores_case(predicate))]
        elif predicate.op is Op.GLOB:
            implied = [self._literal(predicate.name, *piece) for piece in _pieces(predicate)]
        return joined(kernels.AND, [*implied, self._slow(predicate)])

    def _presence(self, predicate: Predicate) -> Compiled:
        if not predicate.name:
            return self._slow(predicate)
        here = PRESENCE + self.asked.add(predicate.name)
        wants = predicate.op is Op.EXISTS and predicate.value == "true"
        return here if wants else negation(here)

    def _literal(self, name: str, kind: int, text: str, *, wide: bool = False) -> Compiled:
        number = self.asked.add(name)
        key = (number, kind, text, wide)
        found = self._literal_numbers.get(key)
        if found is not None:
            return found
        if not text and kind != kernels.EQUALS:  # every value contains nothing
            if name:
                return PRESENCE + number
            return self._slow(Predicate("", Op.CONTAINS, ""))
        try:
            encoded = text.encode()
        except UnicodeEncodeError:  # a lone surrogate: no value holds one
            return Constant.NEVER
        found = self._literal_numbers[key] = self._next(number)
        self.literals.append(Literal(number, kind, encoded, found))
        if fold(name) in SETTLED:
            self.settled[found] = Predicate(name, _OPS[kind], text)
        else:
            self.costs[found] = commonness(text)
        if wide:
            self.wide.append((number, found))
        return found

    def _slow(self, predicate: Predicate) -> Slow:
        names = [predicate.name, *([predicate.value] if predicate.op in REFERENCES else [])]
        number = self._next(*(self.asked.add(name) for name in names))
        self.slow[number] = predicate
        return Slow(number)

    def _next(self, *fields: int) -> int:
        self.fields.append(fields)
        return len(self.fields) - 1

    def _required(self, node: Node, *, wide: bool) -> Compiled:
        if isinstance(node, Predicate):
            return self._literal(node.name, _KINDS[node.op], node.value, wide=wide)
        assert not isinstance(node, Not)
        operation = kernels.AND if isinstance(node, And) else kernels.OR
        return joined(operation, [self._required(child, wide=wide) for child in node.children])


def _ignores_case(predicate: Predicate) -> bool:
    """Say whether a pattern may ignore case, by its flags or by some written inside."""
    return "i" in predicate.flags or "(?" in predicate.value


def _pieces(predicate: Predicate) -> list[tuple[int, str]]:
    """Return folded literals that a glob implies, the longest first."""
    last = len(predicate.parts) - 1
    found = []
    for index, (kind, text) in enumerate(predicate.parts):
        if kind == "lit" and (text.isascii() or not predicate.cased):
            place = {0: kernels.STARTSWITH, last: kernels.ENDSWITH}.get(index, kernels.CONTAINS)
            found.append((place, fold(text)))
    return sorted(found, key=lambda piece: -len(piece[1]))[:_GLOB_PIECES]


def negation(child: Compiled) -> Compiled:
    """Return the negation; two of them cancel out."""
    if isinstance(child, Constant):
        return Constant.ALWAYS if child is Constant.NEVER else Constant.NEVER
    if isinstance(child, Branch):
        if child.operation == kernels.NOT:
            return _only(child.known, child.branches, child.slow)
        return Branch(kernels.NOT, (), (child,))
    return (
        Branch(kernels.NOT, (), (), (child,))
        if isinstance(child, Slow)
        else Branch(kernels.NOT, (child,))
    )


def joined(operation: int, children: Iterable[Compiled]) -> Compiled:
    """Return AND or OR of children: flat, without constants and repeats."""
    final = Constant.NEVER if operation == kernels.AND else Constant.ALWAYS
    known: dict[int, None] = {}
    branches: dict[Branch, None] = {}
    slow: dict[Slow, None] = {}
    for child in children:
        if isinstance(child, int):
            known[child] = None
        elif isinstance(child, Slow):
            slow[child] = None
        elif isinstance(child, Constant):
            if child is final:
                return final
        elif child.operation == operation:
            known.update(dict.fromkeys(child.known))
            branches.update(dict.fromkeys(child.branches))
            slow.update(dict.fromkeys(child.slow))
        else:
            branches[child] = None
    if len(known) + len(branches) + len(slow) > 1:
        # What leads to no slow question comes first.
        return Branch(operation, tuple(known), tuple(sorted(branches, key=_is_slow)), tuple(slow))
    if not known and not branches and not slow:
        return Constant.ALWAYS if operation == kernels.AND else Constant.NEVER
    return _only(known, branches, slow)


def _only(*groups: Iterable[Compiled]) -> Compiled:
    """Return the one child that there is."""
    (child,) = (child for group in groups for child in group)
    return child


def _is_slow(branch: Branch) -> bool:
    return bool(branch.slow) or any(map(_is_slow, branch.branches))


Cover = tuple[float, tuple[int, ...]]


def covers(node: Compiled, costs: dict[int, float]) -> list[Cover]:
    """Return sets of literals of which at least one must be true for the condition to be, rarest first.

    There may be none: the condition may hold without any text being found.
    """
    if isinstance(node, int):
        return [(costs[node], (node,))] if node in costs else []
    if not isinstance(node, Branch) or node.operation == kernels.NOT:
        return []
    if node.operation == kernels.OR:
        cover = _cover_of_any(node, costs)
        return [] if cover is None else [cover]
    found: list[Cover] = [(costs[n], (n,)) for n in node.known if n in costs]
    for branch in node.branches:
        found += covers(branch, costs)
    return sorted(found, key=lambda cover: cover[0])


def _cover_of_any(node: Branch, costs: dict[int, float]) -> Cover | None:
    if node.slow or not all(number in costs for number in node.known):
        return None
    total, numbers = sum(costs[number] for number in node.known), node.known
    for branch in node.branches:
        found = covers(branch, costs)
        if not found:
            return None
        total, numbers = total + found[0][0], numbers + found[0][1]
    return total, numbers


def leaves(node: Compiled, known: set[int], slow: set[int]) -> None:
    """Collect the numbers of a condition's leaves."""
    if isinstance(node, int):
        known.add(node)
    elif isinstance(node, Slow):
        slow.add(node.number)
    elif isinstance(node, Branch):
        known.update(node.known)
        slow.update(leaf.number for leaf in node.slow)
        for branch in node.branches:
            leaves(branch, known, slow)


def emit(node: Compiled, code: list[int], field_at: int) -> int:
    """Append the program of a condition; return how deep its stack gets.

    ``field_at`` is what to add to a field for the number that stands for its presence.
    """
    if isinstance(node, Constant):
        code += (kernels.CONSTANT, node.value)
    elif isinstance(node, Slow):
        code += (kernels.SLOW, node.number)
    elif isinstance(node, int):
        code += (kernels.LITERAL, _placed(node, field_at))
    else:
        return _emit_branch(node, code, field_at)
    return 1


def _placed(number: int, field_at: int) -> int:
    return number if number < PRESENCE else number - PRESENCE + field_at


def _emit_branch(node: Branch, code: list[int], field_at: int) -> int:
    depth = 0
    if len(node.known) > 1:
        operation = kernels.ALL if node.operation == kernels.AND else kernels.ANY
        code += (operation, len(node.known), *(_placed(n, field_at) for n in node.known))
        depth = 1
    elif node.known:
        depth = emit(node.known[0], code, field_at)
    jump = kernels.IF_FALSE if node.operation == kernels.AND else kernels.IF_TRUE
    ends = []
    rest: tuple[Compiled, ...] = (*node.branches, *node.slow)
    for child in rest:
        if depth:
            ends.append(len(code) + 1)
            code += (jump, 0)
        deeper = emit(child, code, field_at)
        if depth:
            code += (node.operation, 0)
        depth = max(depth, deeper + 1) if depth else deeper
    if node.operation == kernels.NOT:
        code += (kernels.NOT, 0)
    for end in ends:
        code[end] = len(code)
    return depth
