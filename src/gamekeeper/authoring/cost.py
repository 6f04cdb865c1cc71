"""What a rule costs: the texts that are looked for first, and what is asked where they are absent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from gamekeeper.authoring.tree import sentence
from gamekeeper.engine.columnar import kernels
from gamekeeper.engine.columnar.compile import Predicates, covers, leaves
from gamekeeper.engine.columnar.regex_literals import required
from gamekeeper.engine.presence import fields_of
from gamekeeper.rules.ir import Op, Predicate, predicates
from gamekeeper.rules.regexes import safe_length

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.engine.columnar.compile import Compiled
    from gamekeeper.engine.columnar.literals import Literal
    from gamekeeper.rules.ir import Node

_OPS: Final = {
    kernels.CONTAINS: Op.CONTAINS,
    kernels.STARTSWITH: Op.STARTSWITH,
    kernels.ENDSWITH: Op.ENDSWITH,
    kernels.EQUALS: Op.EQUALS,
}
#: A regular expression that may only be asked of texts shorter than this is slow on ordinary ones.
_SHORT: Final = 500


class CostClass(StrEnum):
    """On how many events a rule is judged."""

    SETTLED = "settled"  # channel and event id decide it
    WITNESSED = "witnessed"  # only where one of its witnesses is seen
    EVERY_EVENT = "every_event"  # on each event of its route


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of one bound condition. ``witnesses`` is the set that is likely the rarest."""

    kind: CostClass
    witnesses: tuple[str, ...] = ()


def cost_of(condition: Node) -> Cost:
    """Return what a bound condition costs. Each batch may choose other witnesses, by what is in it."""
    known = Predicates()
    compiled = known.compile(condition)
    found = covers(compiled, known.costs)
    if found:
        return Cost(CostClass.WITNESSED, tuple(_texts(found[0][1], known, condition)))
    settled = _is_settled(compiled, known)
    return Cost(CostClass.SETTLED if settled else CostClass.EVERY_EVENT)


def _is_settled(compiled: Compiled, known: Predicates) -> bool:
    numbers: set[int] = set()
    slow: set[int] = set()
    leaves(compiled, numbers, slow)
    return not slow and numbers <= known.settled.keys()


def _texts(numbers: tuple[int, ...], known: Predicates, condition: Node) -> Iterator[str]:
    names = fields_of(condition)
    spelled = {number: names.get(name, name) for name, number in known.asked.fields.items()}
    by_number = {literal.predicate: literal for literal in known.literals}
    for number in sorted(set(numbers)):
        literal = by_number[number]
        yield sentence([_predicate(literal, spelled.get(literal.field, ""))], "")


def _predicate(literal: Literal, name: str) -> Predicate:
    return Predicate(name, _OPS[literal.kind], literal.text.decode())


def slow_expressions(condition: Node) -> Iterator[tuple[Predicate, str]]:
    """Yield regular expressions that are asked of every value or of short ones only, and why."""
    for predicate in dict.fromkeys(predicates(condition)):
        if predicate.op is not Op.REGEX:
            continue
        length = safe_length(predicate.value, predicate.flags)
        if length < _SHORT:
            yield predicate, f"values longer than {length} characters go to a slower reader"
        elif required(predicate) is None:
            yield predicate, "no fixed text is sure to be in what it finds"
