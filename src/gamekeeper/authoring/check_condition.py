"""Checks of what a rule says: conditions that nothing can meet, values that change nothing, lost logs."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING

from gamekeeper.authoring.remarks import error, note, warning
from gamekeeper.authoring.tree import sentence
from gamekeeper.model.folding import fold
from gamekeeper.rules.ir import Not, Or, Predicate
from gamekeeper.rules.mappings import alerts, unread, windows
from gamekeeper.rules.possible import can_be, implies
from gamekeeper.rules.routing import selections_of
from gamekeeper.settings import near

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.authoring.remarks import Say, Subject
    from gamekeeper.rules.ir import LogSource, Node

#: Values of one list that are compared with each other.
_LIST_LIMIT = 200


def impossible_condition(subject: Subject) -> Iterator[Say]:
    """A condition that contradicts itself, or that nothing contradicts, is a slip of the pen."""
    if subject.rule is None:
        return
    condition = subject.rule.condition
    at = ("detection", "condition")
    if not can_be(condition, truth=False):
        yield error("the condition is true of every event", *at)
    elif can_be(condition, truth=True, one_value=True):
        return
    elif not can_be(condition, truth=True):
        yield error("the condition can never be true: it contradicts itself", *at)
    else:
        yield warning(
            "the condition can only be true where an event holds several values of one field", *at
        )


def needless_values(subject: Subject) -> Iterator[Say]:
    """A value beside one that is found wherever it is found changes nothing."""
    if subject.rule is None:
        return
    for one, other in dict.fromkeys(_needless(subject.rule.condition)):
        yield note(f"{sentence([one], '')}: needless beside {sentence([other], '')}", "detection")


def _needless(node: Node) -> Iterator[tuple[Predicate, Predicate]]:
    """Yield predicates of a list of alternatives that imply another, with that one."""
    if isinstance(node, Predicate):
        return
    if isinstance(node, Not):
        yield from _needless(node.child)
        return
    by_field: dict[str, list[Predicate]] = defaultdict(list)
    for child in node.children:
        if isinstance(child, Predicate):
            by_field[fold(child.name)].append(child)
        else:
            yield from _needless(child)
    for leaves in by_field.values() if isinstance(node, Or) else ():
        for one in leaves[:_LIST_LIMIT]:
            wider = (o for o in leaves[:_LIST_LIMIT] if o != one and implies(one, o))
            yield from ((one, other) for other in islice(wider, 1) if not implies(other, one))


def log_source(subject: Subject) -> Iterator[Say]:
    """A log source that nobody knows is misspelt; one that is not read here is no mistake."""
    if subject.rule is None or not subject.unroutable:
        return
    source = subject.rule.logsource
    if selections_of(source)[0]:
        yield error(f"no event can match: {subject.unroutable}", "detection")
        return
    hint = _meant(source)
    say = warning if hint else note
    yield say(f"no log that can be read has its events: {subject.unroutable}{hint}", "logsource")


def _meant(source: LogSource) -> str:
    """Return what a log source is a slip of, where one of its names is not known at all."""
    products = {"windows", alerts()[0], *unread().products}
    categories = {*windows().categories, *windows().without_log, *unread().categories}
    services = {*windows().services, *unread().services}
    if source.product and source.product not in products:
        return near(source.product, products)
    if source.product not in {"", "windows"}:
        return ""
    named = ((source.category, categories), (source.service, services))
    return "".join(near(name, known) for name, known in named if name and name not in known)
