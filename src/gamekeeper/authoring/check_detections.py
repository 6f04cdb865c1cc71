"""Checks of a rule's detections one by one: which of them the condition uses, and which change anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gamekeeper.authoring.remarks import note, warning
from gamekeeper.errors import RuleError
from gamekeeper.rules.conditions import one_of, parse_condition
from gamekeeper.rules.ir import And, Node, Not, Op, Or, Predicate, predicates
from gamekeeper.rules.possible import can_be
from gamekeeper.rules.pysigma import detection_node
from gamekeeper.settings import near

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gamekeeper.authoring.remarks import Say, Subject

#: Keys of a detection that are no detections.
_APART = frozenset({"condition", "timeframe"})
_TRUE, _FALSE = And(()), Or(())
#: Detections of one rule that are tried without.
_TRIED = 100
#: Names that a name may be a slip of.
_HINTS = 100


def dead_selections(subject: Subject) -> Iterator[Say]:
    """A detection that the condition does not name is looked for by nobody."""
    definitions, texts = _stated(subject.document)
    try:
        used = _used(definitions, texts)
    except RuleError:
        return  # the reader of rules has said so
    known = set(used)
    for name in definitions:
        if name not in known:
            yield warning(
                f"the condition never uses {name!r}{near(name, used[:_HINTS])}", "detection", name
            )


def needless_detections(subject: Subject) -> Iterator[Say]:
    """A filter that takes nothing away, or an alternative that adds nothing, may be a slip of the pen."""
    if subject.rule is None:
        return
    definitions, texts = _stated(subject.document)
    if len(definitions) < 2 or len(definitions) > _TRIED:
        return
    nodes = {name: detection_node(name, given) for name, given in definitions.items()}
    if not can_be(_condition(texts, nodes), truth=True, one_value=True):
        return  # that is said of the whole
    for name in _used(definitions, texts):
        matters = _matters(texts, nodes, name)
        if can_be(matters, truth=True, one_value=True):
            continue
        at = ("detection", name)
        if can_be(matters, truth=True):
            yield note(f"{name!r} changes nothing where fields hold one value each", *at)
        else:
            yield warning(f"{name!r} changes nothing: the rule says the same without it", *at)


def _used(definitions: Mapping[str, object], texts: list[str]) -> list[str]:
    """Return the detections that a condition names; its reader does the work."""
    names: dict[str, Node] = {name: Predicate(name, Op.EXISTS, "true") for name in definitions}
    return list(dict.fromkeys(leaf.name for leaf in predicates(_condition(texts, names))))


def _matters(texts: list[str], nodes: Mapping[str, Node], name: str) -> Node:
    """Return what holds of events for which it counts whether a detection is true."""
    with_it = _condition(texts, {**nodes, name: _TRUE})
    without = _condition(texts, {**nodes, name: _FALSE})
    differs = Or((And((with_it, Not(without))), And((without, Not(with_it)))))
    return And((nodes[name], differs))


def _stated(document: Mapping[Any, Any]) -> tuple[dict[str, object], list[str]]:
    """Return detections by name and the conditions, none where they make no sense."""
    detection = document.get("detection")
    if not isinstance(detection, dict):
        return {}, []
    stated = detection.get("condition")
    given = stated if isinstance(stated, list) else [stated]
    texts = [text for text in given if isinstance(text, str)]
    if len(texts) < len(given):
        return {}, []
    return {str(name): item for name, item in detection.items() if name not in _APART}, texts


def _condition(texts: list[str], nodes: Mapping[str, Node]) -> Node:
    return one_of([parse_condition(text, nodes) for text in texts])
