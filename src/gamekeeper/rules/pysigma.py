"""Detections to our predicates, by way of pySigma.

pySigma resolves modifiers and escapes; what comes out of it becomes :mod:`gamekeeper.rules.ir` here. Between
the two, ``pipelines`` may change what pySigma made. Only this module, ``expansion``, ``modifiers`` and those
about pipelines know it.
"""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sigma.conditions import ConditionAND, ConditionOR
from sigma.exceptions import SigmaError
from sigma.policy.profiles import TrustedPolicy
from sigma.rule.detection import SigmaDetection, SigmaDetectionItem
from sigma.types import (
    CompareOperators,
    Placeholder,
    SigmaBool,
    SigmaCasedString,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaExpansion,
    SigmaFieldReference,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaRegularExpressionFlag,
    SigmaString,
    SigmaTimestampPart,
    SigmaType,
    SpecialChars,
    sigma_type,
)

from gamekeeper.errors import RuleError
from gamekeeper.rules.conditions import all_of, one_of
from gamekeeper.rules.expansion import Lists, expanded, without_list
from gamekeeper.rules.ir import And, Node, Not, Op, Or, Predicate
from gamekeeper.rules.modifiers import MODIFIERS, Encoding
from gamekeeper.rules.patterns import Parts, text_predicate
from gamekeeper.rules.regexes import refusal
from gamekeeper.rules.truth import number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sigma.modifiers import SigmaModifier

#: Under these a bare number means its text: ``CommandLine|contains: 4444``.
_TEXT_MODIFIERS = frozenset(
    {"re", "contains", "startswith", "endswith", "cased", "windash", "expand", "fieldref"}
).union({"base64", "base64offset", "wide", "utf16", "utf16le", "utf16be"})
_NUMBER_MODIFIERS = frozenset(
    ["lt", "lte", "gt", "gte", "minute", "hour", "day", "week", "month", "year"]
)
_WILDCARDS = {SpecialChars.WILDCARD_MULTI: ("any", ""), SpecialChars.WILDCARD_SINGLE: ("one", "")}
_FLAGS = {
    SigmaRegularExpressionFlag.IGNORECASE: "i",
    SigmaRegularExpressionFlag.MULTILINE: "m",
    SigmaRegularExpressionFlag.DOTALL: "s",
}
_COMPARE = {
    CompareOperators.LT: Op.LT,
    CompareOperators.LTE: Op.LTE,
    CompareOperators.GT: Op.GT,
    CompareOperators.GTE: Op.GTE,
}
_REFERENCES = {
    (False, False): Op.FIELD_EQUALS,
    (True, False): Op.FIELD_STARTSWITH,
    (False, True): Op.FIELD_ENDSWITH,
    (True, True): Op.FIELD_CONTAINS,
}
_PLACES = frozenset({"contains", "startswith", "endswith"})
#: What leaves a placeholder as it is, for a pipeline to replace.
_HARMLESS = _PLACES | {"expand", "cased", "all", "neq"}
#: What pySigma lets through on definitions that are no detections at all.
_MALFORMED = (SigmaError, AttributeError, TypeError, ValueError, KeyError, NotImplementedError)


#: A detection of which a pipeline left nothing: the condition is read as if it did not name it.
DROPPED: Final[Node] = Or(())


@dataclass
class _Item(SigmaDetectionItem):
    """A detection item that knows what pySigma forgets: ``fieldref`` and the others go by case, too."""

    is_cased: bool = False


def detection_node(name: str, definition: object, lists: Lists | None = None) -> Node:
    """Return the tree of one named detection; raise RuleError where it is malformed or unsupported."""
    return node_of(name, built(name, definition, lists or Lists()))


def built(name: str, definition: object, lists: Lists) -> SigmaDetection:
    """Return one named detection as pySigma's pipelines know it; raise RuleError where it is malformed."""
    with _speaking_of(name):
        return _detection(definition, lists)


def node_of(name: str, detection: SigmaDetection) -> Node:
    """Return the tree of a detection, which is ``DROPPED`` where nothing is left of it."""
    with _speaking_of(name):
        return _node(detection)


@contextmanager
def _speaking_of(name: str) -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # it compiles regular expressions
            yield
    except _MALFORMED as error:
        message = str(error).partition("\n")[0] or type(error).__name__
        raise RuleError(f"detection {name!r}: {message}") from error


def _detection(definition: object, lists: Lists) -> SigmaDetection:
    """A map is a conjunction of fields, a list an alternative of maps, anything else is keywords."""
    if definition in ({}, []):
        raise RuleError("an empty detection")
    if isinstance(definition, dict):
        items = [_item(str(key), value, lists) for key, value in definition.items()]
        return SigmaDetection([*items], item_linking=ConditionAND)
    if isinstance(definition, list) and any(isinstance(part, dict | list) for part in definition):
        parts = [_detection(part, lists) for part in definition]
        return SigmaDetection([*parts], item_linking=ConditionOR)
    return SigmaDetection([_item("", definition, lists)], item_linking=ConditionAND)


def _item(key: str, stated: object, lists: Lists) -> _Item:
    field, *names = key.split("|")
    if not field and stated == []:
        raise RuleError("a list of keywords without a keyword")
    is_text = not field and "exists" not in names
    values = stated if isinstance(stated, list) else [stated]
    return _Item(
        field or None,
        _modifiers(names),
        [one for value in values for one in _stated(value, {*names}, lists, is_text=is_text)],
        policy=TrustedPolicy,
        is_cased="cased" in names,
    )


def _node(part: SigmaDetection | SigmaDetectionItem) -> Node:
    if isinstance(part, SigmaDetectionItem):
        return _item_node(part)
    nodes = [node for node in map(_node, part.detection_items) if node is not DROPPED]
    if not nodes:
        return DROPPED
    return all_of(nodes) if part.item_linking is ConditionAND else one_of(nodes)


def _item_node(item: SigmaDetectionItem) -> Node:
    is_cased = isinstance(item, _Item) and item.is_cased
    nodes = [
        _value(item, value, cased=is_cased or isinstance(value, SigmaCasedString))
        for value in item.value or [SigmaNull()]
    ]
    node = all_of(nodes) if item.value_linking is ConditionAND else one_of(nodes)
    return Not(node) if item.negated else node


def without_dropped(node: Node) -> Node:
    """Return a condition without the detections of which nothing is left, or ``DROPPED`` itself."""
    if node is DROPPED or isinstance(node, Predicate):
        return node
    if isinstance(node, Not):
        child = without_dropped(node.child)
        return DROPPED if child is DROPPED else Not(child)
    kept = [child for child in map(without_dropped, node.children) if child is not DROPPED]
    if not kept:
        return DROPPED
    return all_of(kept) if isinstance(node, And) else one_of(kept)


def _modifiers(names: list[str]) -> list[type[SigmaModifier[Any, Any]]]:
    unknown = [name for name in names if name not in MODIFIERS]
    if unknown:
        # detection_node says in which detection
        raise ValueError(f"unknown modifier {unknown[0]!r}")
    if "re" in names:
        # pySigma would put ".*" around an expression, which is found anywhere as it is.
        after = names.index("re") + 1
        names = names[:after] + [name for name in names[after:] if name not in _PLACES]
    if "fieldref" in names:
        # To pySigma the others change a text, which a name is not, or a reference, which knows no case.
        names = ["fieldref", *(name for name in names if name not in {"fieldref", "cased"})]
    return [MODIFIERS[name] for name in names if name != "expand"]


def _stated(value: object, modifiers: set[str], lists: Lists, *, is_text: bool) -> list[SigmaType]:
    """Return a value as YAML has it, as the type that its modifiers ask for; lists make several of one."""
    if is_text or modifiers & _TEXT_MODIFIERS:
        value = _as_text(value)
        is_regex = "re" in modifiers and isinstance(value, str)
        if "expand" in modifiers and isinstance(value, str):
            known = lists if modifiers <= _HARMLESS else replace(lists, is_open=False)
            found = expanded(value, known, is_regex=is_regex)
        elif is_regex:
            found = [SigmaString.from_str(str(value))]
        else:
            return [sigma_type(value)]  # type: ignore[arg-type]  # it refuses other types
        if is_regex:
            return [SigmaString.from_str(_placed(one.original, modifiers)) for one in found]
        return [*found]
    if modifiers & _NUMBER_MODIFIERS and isinstance(value, str):
        read = number(value)
        value = value if read is None else read
    if isinstance(value, int) and not isinstance(value, bool):
        exact = SigmaNumber(0)
        exact.number = value  # pySigma makes large ones a float
        return [exact]
    return [sigma_type(value)]  # type: ignore[arg-type]  # it refuses other types


def _placed(pattern: str, modifiers: set[str]) -> str:
    """Tie an expression to the ends that modifiers name."""
    if not modifiers & {"startswith", "endswith"}:
        return pattern
    start = r"\A" if "startswith" in modifiers else ""
    end = r"\Z" if "endswith" in modifiers else ""
    return f"{start}(?:{pattern}){end}"


def _as_text(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


def _value(item: SigmaDetectionItem, value: SigmaType, *, cased: bool) -> Node:
    if isinstance(value, SigmaExpansion):
        return one_of([_value(item, choice, cased=cased) for choice in value.values])
    name = item.field or ""
    if isinstance(value, SigmaString):
        parts = _parts(value)
        if not _is_text(item, parts):
            raise RuleError("bytes beyond ASCII are no text to look for: base64 has to follow")
        return text_predicate(name, parts, cased=cased)
    if isinstance(value, SigmaNumber):
        return _number(name, value)
    if isinstance(value, SigmaRegularExpression):
        return _regex(name, value)
    if not name:
        raise RuleError(f"{type(value).__name__} needs a field")
    if isinstance(value, SigmaFieldReference):
        return _field_reference(name, value, cased=cased)
    return _typed(name, value)


def _parts(value: SigmaString) -> Parts:
    for part in value.s:
        if isinstance(part, Placeholder):
            raise RuleError(without_list(part.name))
    return tuple(
        [("lit", part) if isinstance(part, str) else _WILDCARDS[part] for part in value.s]  # type: ignore[index]
    )


def _is_text(item: SigmaDetectionItem, parts: Parts) -> bool:
    """Say whether parts can be looked for: Base64 makes ASCII of what an encoding made bytes."""
    is_encoded = any(issubclass(modifier, Encoding) for modifier in item.modifiers)
    return not is_encoded or all(text.isascii() for _, text in parts)


def _number(name: str, value: SigmaNumber) -> Node:
    if isinstance(value, SigmaTimestampPart):
        if not name:
            raise RuleError("a part of a time needs a field")
        return Predicate(name, Op.TIME_PART, str(value.number), part=_time_part(value))
    text = str(value.number)
    return text_predicate(name, (("lit", text),), is_number=isinstance(value.number, int))


def _time_part(value: SigmaNumber) -> str:
    """Return which part of a time a number is, "" where it is none."""
    return value.timestamp_part.name.lower() if isinstance(value, SigmaTimestampPart) else ""


def _regex(name: str, value: SigmaRegularExpression) -> Node:
    pattern = str(value.regexp)
    flags = "".join(sorted(_FLAGS[flag] for flag in value.flags))
    reason = refusal(pattern, flags)
    if reason:
        raise RuleError(f"regular expression {pattern[:80]!r}: {reason}")
    return Predicate(name, Op.REGEX, pattern, flags=flags)


def _field_reference(name: str, value: SigmaFieldReference, *, cased: bool) -> Predicate:
    return Predicate(name, _REFERENCES[value.starts_with, value.ends_with], value.field, cased)


def _typed(name: str, value: SigmaType) -> Node:
    if isinstance(value, SigmaNull):
        return Predicate(name, Op.NULL)
    if isinstance(value, SigmaBool):
        return Predicate(name, Op.EQUALS, str(value.boolean).lower())
    if isinstance(value, SigmaExists):
        return Predicate(name, Op.EXISTS, str(value.exists).lower())
    if isinstance(value, SigmaCIDRExpression):
        return Predicate(name, Op.CIDR, str(value.network))
    if isinstance(value, SigmaCompareExpression) and value.op in _COMPARE:
        compared = value.number
        return Predicate(name, _COMPARE[value.op], str(compared), part=_time_part(compared))
    raise RuleError(f"values of type {type(value).__name__} are not supported")
