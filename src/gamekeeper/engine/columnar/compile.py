"""Conditions to programs: predicates numbered once, and what must be seen before a condition is judged.

A predicate becomes one of three leaves. A *literal* is decided by the scan. *Presence* asks whether the
field is there. Everything else is *slow*: it is asked of single values, at the end and only where the rest
of the condition leaves the matter open; literals that it implies stand before it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gamekeeper.engine.columnar import kernels
from gamekeeper.engine.columnar.literals import Literal
from gamekeeper.engine.columnar.ordinary import commonness
from gamekeeper.engine.columnar.regex_literals import required
from gamekeeper.model.folding import fold
from gamekeeper.rules.ir import And, Node, Not, Op, Or, Predicate, predicates

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gamekeeper.engine.columnar.values import Asked

_KINDS: Final = {
    Op.CONTAINS: kernels.CONTAINS,
    Op.STARTSWITH: kernels.STARTSWITH,
    Op.ENDSWITH: kernels.ENDSWITH,
    Op.EQUALS: kernels.EQUALS,
}
REFERENCES: Final = frozenset({Op.FIELD_EQUALS, Op.FIELD_STARTSWITH, Op.FIELD_ENDSWITH})
#: Fields that the channel and the event id settle for all rows of a kind at once.
SETTLED: Final = frozenset({"eventid", "channel"})
_GLOB_PIECES: Final = 3


@dataclass(frozen=True, slots=True)
class Leaf:
    """A question in a compiled condition."""

    operation: int  # LITERAL, PRESENT, SLOW or CONSTANT
    argument: int


@dataclass(frozen=True, slots=True)
class Branch:
    """AND, OR or NOT of compiled conditions."""

    operation: int
    children: tuple[Compiled, ...]


Compiled = Leaf | Branch

NEVER: Final = Leaf(kernels.CONSTANT, kernels.FALSE)
ALWAYS: Final = Leaf(kernels.CONSTANT, kernels.TRUE)


@dataclass(slots=True)
class Predicates:
    """Every predicate of a dataset, numbered; literals and slow ones share one range of numbers."""

    asked: Asked
    literals: list[Literal] = field(default_factory=list)
    costs: dict[int, float] = field(default_factory=dict)  # of literals that can be witnesses
    wide: list[tuple[int, int]] = field(default_factory=list)
    slow: dict[int, Predicate] = field(default_factory=dict)
    settled: dict[int, Predicate] = field(default_factory=dict)  # literals on SETTLED fields
    fields: list[tuple[int, ...]] = field(default_factory=list)  # of each predicate, by its number
    _literal_numbers: dict[tuple[int, int, str, bool], int] = field(default_factory=dict)
    _leaves: dict[Predicate, Compiled] = field(default_factory=dict)

    def compile(self, node: Node) -> Compiled:
        """Return a condition without constants inside."""
        if isinstance(node, Predicate):
            found = self._leaves.get(node)
            if found is None:
                found = self._leaves[node] = self._leaf(node)
            return found
        if isinstance(node, Not):
            return negation(self.compile(node.child))
        operation = kernels.AND if isinstance(node, And) else kernels.OR
        return joined(operation, [self.compile(child) for child in node.children])

    def _leaf(self, predicate: Predicate) -> Compiled:
        number = self.asked.number(fold(predicate.name)) if predicate.name else self.asked.other
        if predicate.op in {Op.NULL, Op.EXISTS}:
            return self._presence(predicate, number)
        if predicate.op in _KINDS:
            return self._text(predicate, number)
        if predicate.op is Op.GLOB and {kind for kind, _ in predicate.parts} == {"any"}:
            return self._leaf(Predicate(predicate.name, Op.EXISTS, "true"))  # "*": any value does
        implied = self._implied(predicate, number)
        return joined(kernels.AND, [*implied, self._slow(predicate)])

    def _presence(self, predicate: Predicate, number: int) -> Compiled:
        wants = predicate.op is Op.EXISTS and predicate.value == "true"
        if not predicate.name:
            return self._slow(predicate)
        here = Leaf(kernels.PRESENT, number)
        return here if wants else negation(here)

    def _text(self, predicate: Predicate, number: int) -> Compiled:
        if not predicate.cased:
            return self._literal(predicate, number, fold(predicate.value))
        # Letters beyond ASCII may fold by their neighbours: a part need not fold as the whole does.
        text = predicate.value
        first = [self._literal(predicate, number, fold(text))] if text.isascii() else []
        return joined(kernels.AND, [*first, self._slow(predicate)])

    def _literal(
        self, predicate: Predicate, number: int, text: str, *, wide: bool = False
    ) -> Compiled:
        if not text and predicate.op is not Op.EQUALS:  # every value contains nothing
            if predicate.name:
                return Leaf(kernels.PRESENT, number)
            return self._slow(Predicate("", Op.CONTAINS, ""))
        try:
            encoded = text.encode()
        except UnicodeEncodeError:  # a lone surrogate: no value holds one
            return NEVER
        kind = _KINDS[predicate.op]
        key = (number, kind, text, wide)
        found = self._literal_numbers.get(key)
        if found is None:
            found = self._literal_numbers[key] = self._next(number)
            self.literals.append(Literal(number, kind, encoded, found))
            if fold(predicate.name) in SETTLED:
                settled = Predicate(predicate.name, predicate.op, text)
                self.settled[found] = settled
            else:
                self.costs[found] = commonness(text)
            if wide:
                self.wide.append((number, found))
        return Leaf(kernels.LITERAL, found)

    def _slow(self, predicate: Predicate) -> Leaf:
        names = [predicate.name, *([predicate.value] if predicate.op in REFERENCES else [])]
        asked = [self.asked.number(fold(name)) if name else self.asked.other for name in names]
        number = self._next(*asked)
        self.slow[number] = predicate
        return Leaf(kernels.SLOW, number)

    @property
    def count(self) -> int:
        """How many predicates there are."""
        return len(self.fields)

    def _next(self, *fields: int) -> int:
        self.fields.append(fields)
        return self.count - 1

    def _implied(self, predicate: Predicate, number: int) -> list[Compiled]:
        if predicate.op is Op.REGEX:
            tree = required(predicate)
            return (
                [] if tree is None else [self._required(tree, number, "i" in _letters(predicate))]
            )
        if predicate.op is Op.GLOB:
            return [
                self._literal(Predicate(predicate.name, op), number, text)
                for op, text in _pieces(predicate)
            ]
        return []

    def _required(self, node: Node, number: int, wide: bool) -> Compiled:
        if isinstance(node, Predicate):
            return self._literal(node, number, node.value, wide=wide)
        assert not isinstance(node, Not)
        operation = kernels.AND if isinstance(node, And) else kernels.OR
        return joined(operation, [self._required(child, number, wide) for child in node.children])


def _letters(predicate: Predicate) -> str:
    """The flags of a pattern, those written inside it included."""
    return "i" if "i" in predicate.flags or "(?" in predicate.value else ""


def _pieces(predicate: Predicate) -> list[tuple[Op, str]]:
    """Return folded literals that a glob implies, the longest first."""
    last = len(predicate.parts) - 1
    found = []
    for index, (kind, text) in enumerate(predicate.parts):
        if kind != "lit" or (predicate.cased and not text.isascii()):
            continue
        op = {0: Op.STARTSWITH, last: Op.ENDSWITH}.get(index, Op.CONTAINS)
        found.append((op, fold(text)))
    return sorted(found, key=lambda piece: -len(piece[1]))[:_GLOB_PIECES]


def negation(child: Compiled) -> Compiled:
    """Return the negation; two of them cancel out."""
    if isinstance(child, Leaf) and child.operation == kernels.CONSTANT:
        return ALWAYS if child == NEVER else NEVER
    if isinstance(child, Branch) and child.operation == kernels.NOT:
        return child.children[0]
    return Branch(kernels.NOT, (child,))


def joined(operation: int, children: Iterable[Compiled]) -> Compiled:
    """Return AND or OR of children: flat, without constants and repeats, cheap children first."""
    neutral, final = (ALWAYS, NEVER) if operation == kernels.AND else (NEVER, ALWAYS)
    flat: dict[Compiled, None] = {}
    for child in children:
        if isinstance(child, Branch) and child.operation == operation:
            flat.update(dict.fromkeys(child.children))
        elif child == final:
            return final
        elif child != neutral:
            flat[child] = None
    if len(flat) < 2:
        return next(iter(flat), neutral)
    return Branch(operation, tuple(sorted(flat, key=_effort)))


def _effort(node: Compiled) -> int:
    """0 for what is known at once, 1 for trees, 2 for what leads to slow questions."""
    if isinstance(node, Leaf):
        return 0 if _is_known(node) else 2
    return max(1, *(_effort(child) for child in node.children))


def witnesses(node: Compiled, costs: dict[int, float]) -> tuple[float, frozenset[int]] | None:
    """Return literals of which at least one must be true for the condition to be, the rarest such set.

    None where there is no such set: the condition may hold without any text being found.
    """
    if isinstance(node, Leaf):
        cost = costs.get(node.argument) if node.operation == kernels.LITERAL else None
        return None if cost is None else (cost, frozenset((node.argument,)))
    if node.operation == kernels.NOT:
        return None
    found = [witnesses(child, costs) for child in node.children]
    known = [cover for cover in found if cover is not None]
    if node.operation == kernels.AND:
        return min(known, key=lambda cover: cover[0], default=None)
    if len(known) < len(found):
        return None
    return sum(cost for cost, _ in known), frozenset().union(*(cover for _, cover in known))


def present_fields(node: Compiled) -> set[int]:
    """Return the numbers of the fields of which a compiled condition asks the presence."""
    if isinstance(node, Branch):
        return set().union(*(present_fields(child) for child in node.children))
    return {node.argument} if node.operation == kernels.PRESENT else set()


def fields_of(node: Compiled, predicates: Predicates) -> set[int]:
    """Return the numbers of the fields that a compiled condition looks at."""
    if isinstance(node, Branch):
        return set().union(*(fields_of(child, predicates) for child in node.children))
    if node.operation == kernels.PRESENT:
        return {node.argument}
    return set() if node.operation == kernels.CONSTANT else {*predicates.fields[node.argument]}


def emit(node: Compiled, code: list[int], field_at: int) -> int:
    """Append the program of a condition; return how deep its stack gets.

    ``field_at`` is what to add to a field for the number that stands for its presence.
    """
    if isinstance(node, Leaf):
        if _is_known(node):
            return _emit_known(kernels.AND, [node], code, field_at)
        code += (node.operation, node.argument)
        return 1
    if node.operation == kernels.NOT:
        depth = emit(node.children[0], code, field_at)
        code += (kernels.NOT, 0)
        return depth
    known = [child for child in node.children if _is_known(child)]
    depth = _emit_known(node.operation, known, code, field_at) if known else 0
    jump = kernels.IF_FALSE if node.operation == kernels.AND else kernels.IF_TRUE
    ends = []
    for child in node.children[len(known) :]:
        if depth:
            ends.append(len(code) + 1)
            code += (jump, 0)
        deeper = emit(child, code, field_at)
        if depth:
            code += (node.operation, 0)
        depth = max(depth, 1 + deeper) if depth else deeper
    for end in ends:
        code[end] = len(code)
    return depth


def _is_known(node: Compiled) -> bool:
    return isinstance(node, Leaf) and node.operation in {kernels.LITERAL, kernels.PRESENT}


def _emit_known(operation: int, leaves: list[Compiled], code: list[int], field_at: int) -> int:
    """Append leaves that are known at once as one step: rules hold lists of hundreds of literals."""
    places = []
    for leaf in leaves:
        assert isinstance(leaf, Leaf)
        is_presence = leaf.operation == kernels.PRESENT
        places.append(leaf.argument + field_at if is_presence else leaf.argument)
    if len(places) == 1:
        code += (kernels.LITERAL, places[0])
    else:
        code += (kernels.ALL if operation == kernels.AND else kernels.ANY, len(places), *places)
    return 1


def names_of(nodes: Iterable[Node]) -> tuple[dict[str, int], bool]:
    """Return the folded fields that conditions name, numbered, and whether there are keywords."""
    names: dict[str, int] = {}
    has_keywords = False
    for node in nodes:
        for predicate in predicates(node):
            if predicate.name:
                names.setdefault(fold(predicate.name), len(names))
            else:
                has_keywords = True
            if predicate.op in REFERENCES:
                names.setdefault(fold(predicate.value), len(names))
    return names, has_keywords
