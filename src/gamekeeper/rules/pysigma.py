"""pySigma's detections to our predicates: the one module that knows pySigma.

pySigma resolves modifiers and escapes; what comes out of it becomes :mod:`gamekeeper.rules.ir` here.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from sigma.conditions import ConditionAND
from sigma.exceptions import SigmaError
from sigma.modifiers import SigmaCaseSensitiveModifier, SigmaTimestampModifier
from sigma.policy.profiles import TrustedPolicy
from sigma.rule.detection import SigmaDetection, SigmaDetectionItem
from sigma.types import (
    CompareOperators,
    Placeholder,
    SigmaBool,
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
)

from gamekeeper.errors import RuleError
from gamekeeper.rules.conditions import all_of, one_of
from gamekeeper.rules.ir import Node, Not, Op, Predicate
from gamekeeper.rules.patterns import text_predicate
from gamekeeper.rules.regexes import refusal

if TYPE_CHECKING:
    from collections.abc import Callable

#: Spellings of the specification that pySigma does not know.
_ALIASES = {"utf16le": "wide"}
#: Under these a bare number means its text: ``CommandLine|contains: 4444``.
_TEXT_MODIFIERS = frozenset(
    {"re", "contains", "startswith", "endswith", "cased", "windash", "expand"}
).union({"base64", "base64offset", "wide", "utf16", "utf16be"})
_NUMBER_MODIFIERS = frozenset(
    ["lt", "lte", "gt", "gte", "minute", "hour", "day", "week", "month", "year"]
)
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
}
#: What pySigma lets through on definitions that are no detections at all.
_MALFORMED = (SigmaError, AttributeError, TypeError, ValueError, KeyError, NotImplementedError)


def detection_node(name: str, definition: object) -> Node:
    """Return the tree of one named detection; raise RuleError where it is malformed or unsupported."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # it compiles regular expressions
            prepared = _prepared(definition)
            detection = SigmaDetection.from_definition(prepared, policy=TrustedPolicy)
        return _detection(detection)
    except _MALFORMED as error:
        message = str(error).partition("\n")[0] or type(error).__name__
        raise RuleError(f"detection {name!r}: {message}") from error


def _prepared(definition: object) -> Any:  # noqa: ANN401 - pySigma takes any YAML value
    """Copy a definition with text keys, known modifier names and values of the type they ask for."""
    if isinstance(definition, dict):
        if not definition:
            raise RuleError("an empty detection")
        return dict(_prepared_item(str(key), value) for key, value in definition.items())
    if isinstance(definition, list):
        if not definition:
            raise RuleError("an empty detection")
        return [_prepared(item) for item in definition]
    return definition


def _prepared_item(key: str, value: object) -> tuple[str, object]:
    field, *modifiers = key.split("|")
    modifiers = [_ALIASES.get(modifier, modifier) for modifier in modifiers]
    convert: Callable[[object], object] = _unchanged
    if _TEXT_MODIFIERS.intersection(modifiers):
        convert = _as_text
    elif _NUMBER_MODIFIERS.intersection(modifiers):
        convert = _as_number
    values = [convert(v) for v in value] if isinstance(value, list) else convert(value)
    return "|".join([field, *modifiers]), values


def _unchanged(value: object) -> object:
    return value


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _as_number(value: object) -> object:
    try:
        return int(value, 0) if isinstance(value, str) else value
    except ValueError:
        return value


def _detection(detection: SigmaDetection) -> Node:
    children = [
        _detection(item) if isinstance(item, SigmaDetection) else _item(item)
        for item in detection.detection_items
    ]
    return all_of(children) if detection.item_linking is ConditionAND else one_of(children)


def _item(item: SigmaDetectionItem) -> Node:
    if item.field is None and not item.value:
        raise RuleError("a list of keywords without a keyword")
    nodes = [_value(item, value) for value in item.value or [SigmaNull()]]
    node = all_of(nodes) if item.value_linking is ConditionAND else one_of(nodes)
    return Not(node) if item.negated else node


def _value(item: SigmaDetectionItem, value: SigmaType) -> Node:
    if isinstance(value, SigmaExpansion):
        return one_of([_value(item, choice) for choice in value.values])
    name = item.field or ""
    cased = SigmaCaseSensitiveModifier in item.modifiers
    if isinstance(value, SigmaString):
        return text_predicate(name, _parts(value), cased=cased)
    if isinstance(value, SigmaNumber):
        return _number(item, name, value)
    if isinstance(value, SigmaRegularExpression):
        return _regex(name, value)
    if not name:
        raise RuleError(f"{type(value).__name__} needs a field")
    if isinstance(value, SigmaFieldReference):
        return _field_reference(name, value, cased=cased)
    return _typed(name, value)


def _parts(value: SigmaString) -> tuple[tuple[str, str], ...]:
    parts = []
    for part in value.s:
        if isinstance(part, Placeholder):
            raise RuleError(f"placeholder %{part.name}% has no list of values")
        if isinstance(part, SpecialChars):
            parts.append(("any" if part is SpecialChars.WILDCARD_MULTI else "one", ""))
        else:
            parts.append(("lit", part))
    return tuple(parts)


def _number(item: SigmaDetectionItem, name: str, value: SigmaNumber) -> Node:
    if isinstance(value, SigmaTimestampPart):
        if not any(issubclass(m, SigmaTimestampModifier) for m in item.modifiers) or not name:
            raise RuleError("a part of a time needs a field")
        part = value.timestamp_part.name.lower()
        return Predicate(name, Op.TIME_PART, str(value.number), part=part)
    text = str(value.number)
    return text_predicate(name, (("lit", text),), is_number=isinstance(value.number, int))


def _regex(name: str, value: SigmaRegularExpression) -> Node:
    pattern = str(value.regexp)
    flags = "".join(sorted(_FLAGS[flag] for flag in value.flags))
    if value.contains_placeholder():
        placeholder = next(p.name for p in value.regexp.s if isinstance(p, Placeholder))
        raise RuleError(f"placeholder %{placeholder}% has no list of values")
    reason = refusal(pattern, flags)
    if reason:
        raise RuleError(f"regular expression {pattern[:80]!r}: {reason}")
    return Predicate(name, Op.REGEX, pattern, flags=flags)


def _field_reference(name: str, value: SigmaFieldReference, *, cased: bool) -> Predicate:
    op = _REFERENCES.get((value.starts_with, value.ends_with))
    if op is None:
        raise RuleError("fieldref with contains is not supported")
    return Predicate(name, op, value.field, cased)


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
        return Predicate(name, _COMPARE[value.op], str(value.number))
    raise RuleError(f"values of type {type(value).__name__} are not supported")
