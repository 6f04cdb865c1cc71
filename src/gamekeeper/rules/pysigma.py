"""Detections to our predicates, by way of pySigma.

pySigma resolves modifiers and escapes; what comes out of it becomes :mod:`gamekeeper.rules.ir` here. Only
this module and ``modifiers`` know it.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any

from sigma.conditions import ConditionAND
from sigma.exceptions import SigmaError
from sigma.policy.profiles import TrustedPolicy
from sigma.rule.detection import SigmaDetectionItem
from sigma.types import (
    CompareOperators,
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
    sigma_type,
)

from gamekeeper.errors import RuleError
from gamekeeper.rules.conditions import all_of, one_of
from gamekeeper.rules.ir import Node, Not, Op, Predicate
from gamekeeper.rules.modifiers import MODIFIERS, Encoding
from gamekeeper.rules.patterns import Parts, text_predicate
from gamekeeper.rules.regexes import refusal
from gamekeeper.rules.truth import number

if TYPE_CHECKING:
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
#: An escaped backslash, an escaped percent sign, a placeholder.
_PLACEHOLDER = re.compile(r"\\\\|\\%|%([^%\\]+)%")
#: What pySigma lets through on definitions that are no detections at all.
_MALFORMED = (SigmaError, AttributeError, TypeError, ValueError, KeyError, NotImplementedError)


def detection_node(name: str, definition: object) -> Node:
    """Return the tree of one named detection; raise RuleError where it is malformed or unsupported."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # it compiles regular expressions
            return _detection(definition)
    except _MALFORMED as error:
        message = str(error).partition("\n")[0] or type(error).__name__
        raise RuleError(f"detection {name!r}: {message}") from error


def _detection(definition: object) -> Node:
    """A map is a conjunction of fields, a list an alternative of maps, anything else is keywords."""
    if definition in ({}, []):
        raise RuleError("an empty detection")
    if isinstance(definition, dict):
        return all_of([_item(str(key), value) for key, value in definition.items()])
    if isinstance(definition, list) and any(isinstance(part, dict | list) for part in definition):
        return one_of([_detection(part) for part in definition])
    return _item("", definition)


def _item(key: str, stated: object) -> Node:
    field, *names = key.split("|")
    if not field and stated == []:
        raise RuleError("a list of keywords without a keyword")
    values = stated if isinstance(stated, list) else [stated]
    item = SigmaDetectionItem(
        field or None,
        _modifiers(names),
        [_stated(value, {*names}, is_text=not field and "exists" not in names) for value in values],
        policy=TrustedPolicy,
    )
    is_cased = "cased" in names
    nodes = [_value(item, value, cased=is_cased) for value in item.value or [SigmaNull()]]
    node = all_of(nodes) if item.value_linking is ConditionAND else one_of(nodes)
    return Not(node) if item.negated else node


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


def _stated(value: object, modifiers: set[str], *, is_text: bool) -> SigmaType:
    """Return a value as YAML has it, as the type that its modifiers ask for."""
    if is_text or modifiers & _TEXT_MODIFIERS:
        value = _as_text(value)
        if "expand" in modifiers and isinstance(value, str):
            value = _PLACEHOLDER.sub(_expanded, value)
        if "re" in modifiers and isinstance(value, str):
            return SigmaString.from_str(_placed(value, modifiers))
    elif modifiers & _NUMBER_MODIFIERS and isinstance(value, str):
        read = number(value)
        value = value if read is None else read
    if isinstance(value, int) and not isinstance(value, bool):
        exact = SigmaNumber(0)
        exact.number = value  # pySigma makes large ones a float
        return exact
    return sigma_type(value)  # type: ignore[arg-type]  # it refuses other types


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


def _expanded(found: re.Match[str]) -> str:
    if found[1]:
        raise RuleError(f"placeholder %{found[1]}% has no list of values")
    return "%" if found[0] == r"\%" else found[0]


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
