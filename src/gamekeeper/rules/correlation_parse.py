"""One ``correlation`` document to its typed form.

Own code, since pySigma's takes neither ranges (``gt`` with ``lte``), which the specification allows, nor our
``absence``; a test holds the two together on what both know.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from gamekeeper.errors import RuleError
from gamekeeper.rules import stated
from gamekeeper.rules.conditions import parse_condition
from gamekeeper.rules.correlation_ir import Alias, Correlation, CorrelationType, Limit
from gamekeeper.rules.ir import And, Node, Not, Op, Or, Predicate

if TYPE_CHECKING:
    from collections.abc import Collection

OPERATORS: Final = ("gt", "gte", "lt", "lte", "eq", "neq")
_SECONDS: Final = {
    "s": 1,
    "m": 60,
    "h": 3600,
    "d": 86400,
    "w": 604800,
    "M": 2629746,
    "y": 31556952,
}
_SPAN: Final = re.compile(r"([0-9]{1,9})([smhdwMy])", re.ASCII)
_WORD: Final = re.compile(r"[\w.\-]+")
_KNOWN: Final = frozenset(
    ["type", "rules", "group-by", "timespan", "condition", "aliases", "generate"]
)
VALUE_TYPES: Final = frozenset(
    {
        CorrelationType.VALUE_COUNT,
        CorrelationType.VALUE_SUM,
        CorrelationType.VALUE_AVG,
        CorrelationType.VALUE_MEDIAN,
        CorrelationType.VALUE_PERCENTILE,
    }
)
NUMERIC_TYPES: Final = VALUE_TYPES - {CorrelationType.VALUE_COUNT}
COUNT_TYPES: Final = VALUE_TYPES | {CorrelationType.EVENT_COUNT}
#: Rules that one correlation may name, and fields.
RULE_LIMIT: Final = 60


def parse_correlation(document: dict[Any, Any], identity: str, path: str) -> Correlation:
    """Return the correlation of a document; raise RuleError where it is malformed or unsupported."""
    body = document["correlation"]
    if not isinstance(body, dict):
        raise RuleError("correlation: it is not a map")
    unknown = sorted(str(key) for key in body if key not in _KNOWN)
    if unknown:
        raise RuleError(f"correlation: unknown keys: {', '.join(unknown)[:200]}")
    kind = _type(body)
    spelt, seconds = _timespan(body)
    expression, names = _expression(body, kind)
    rules = names or stated.texts(body.get("rules"))
    found = Correlation(
        id=identity,
        title=stated.text(document.get("title")) or identity,
        level=stated.level(document),
        status=stated.text(document.get("status")),
        type=kind,
        rules=rules,
        timespan=spelt,
        timespan_s=seconds,
        group_by=stated.texts(body.get("group-by")),
        limits=_limits(body, kind, len(rules)),
        fields=_fields(body),
        percentile=_percentile(body),
        expression=expression,
        expression_names=rules if expression else (),
        aliases=_aliases(body),
        generate=_generate(body),
        name=stated.text(document.get("name")),
        path=path,
        description=stated.text(document.get("description")),
        author=stated.text(document.get("author")),
        references=stated.texts(document.get("references")),
        false_positives=stated.texts(document.get("falsepositives")),
        tags=stated.texts(document.get("tags")),
        licence=stated.text(document.get("license")),
    )
    _check(found)
    return found


def _type(body: dict[Any, Any]) -> CorrelationType:
    word = stated.text(body.get("type")).lower()
    try:
        return CorrelationType(word)
    except ValueError:
        known = ", ".join(CorrelationType)
        raise RuleError(f"correlation: no type is called {word!r}; there are {known}") from None


def _timespan(body: dict[Any, Any]) -> tuple[str, int]:
    spelt = stated.text(body.get("timespan"))
    match = _SPAN.fullmatch(spelt)
    seconds = int(match[1]) * _SECONDS[match[2]] if match else 0
    if not 0 < seconds <= 100 * _SECONDS["y"]:
        raise RuleError(f"correlation: {spelt!r} is no timespan such as 30s, 5m, 1h or 7d")
    return spelt, seconds


def _generate(body: dict[Any, Any]) -> bool:
    value = body.get("generate", False)
    if not isinstance(value, bool):
        raise RuleError("correlation: generate has to be true or false")
    return value


def _limits(body: dict[Any, Any], kind: CorrelationType, rules: int) -> tuple[Limit, ...]:
    condition = body.get("condition")
    if isinstance(condition, str) or kind is CorrelationType.ABSENCE:
        return ()
    if condition is None and kind not in COUNT_TYPES:
        return (Limit("gte", rules),)
    if not isinstance(condition, dict):
        raise RuleError("correlation: the condition has to be a map such as gte: 10")
    unknown = [key for key in condition if key not in {*OPERATORS, "field", "percentile"}]
    if unknown:
        raise RuleError(f"correlation: the condition knows no {str(unknown[0])[:50]!r}")
    limits = tuple(Limit(op, _number(condition[op])) for op in OPERATORS if op in condition)
    if not limits:
        raise RuleError("correlation: the condition compares with nothing")
    return limits


def _number(value: object) -> int | float:
    try:
        number = value if isinstance(value, int) else float(str(value))
    except ValueError:
        number = math.nan
    if isinstance(value, bool) or not math.isfinite(number):
        raise RuleError(f"correlation: {str(value)[:50]!r} is no number")
    return int(number) if number == int(number) else number


def _fields(body: dict[Any, Any]) -> tuple[str, ...]:
    condition = body.get("condition")
    return stated.texts(condition.get("field")) if isinstance(condition, dict) else ()


def _percentile(body: dict[Any, Any]) -> int:
    condition = body.get("condition")
    value = condition.get("percentile", 50) if isinstance(condition, dict) else 50
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100:
        raise RuleError("correlation: percentile has to be a whole number from 0 to 100")
    return value


def _aliases(body: dict[Any, Any]) -> tuple[Alias, ...]:
    given = body.get("aliases")
    if given is None:
        return ()
    if not isinstance(given, dict) or not all(isinstance(rows, dict) for rows in given.values()):
        raise RuleError("correlation: aliases has to be a map of maps, from rule to field")
    return tuple(
        Alias(
            stated.text(name),
            tuple((stated.text(rule), stated.text(field)) for rule, field in rows.items()),
        )
        for name, rows in given.items()
    )


def _expression(body: dict[Any, Any], kind: CorrelationType) -> tuple[str, tuple[str, ...]]:
    """Return an extended condition and the rules that it names, in the order of ``rules``."""
    text = body.get("condition")
    if not isinstance(text, str):
        return "", ()
    if kind is not CorrelationType.TEMPORAL:
        raise RuleError(f"correlation: an extended condition does not go with type {kind}")
    named = tuple(dict.fromkeys(w for w in _WORD.findall(text) if w.lower() not in _OPERATOR_WORDS))
    listed = stated.texts(body.get("rules"))
    if listed and set(listed) != set(named):
        odd = sorted(set(listed) ^ set(named))
        raise RuleError(f"correlation: {odd[0]!r} is not in both the rules and the condition")
    rules = listed or named
    expression_node(text, rules)
    return text, rules


_OPERATOR_WORDS: Final = frozenset({"and", "or", "not"})


@lru_cache(256)
def expression_node(text: str, names: tuple[str, ...]) -> Node:
    """Return the tree of an extended condition; a predicate's name is a position in ``names``."""
    roles: dict[str, Node] = {
        name: Predicate(str(index), Op.EXISTS) for index, name in enumerate(names)
    }
    node = parse_condition(text, roles)
    if true_of(node, frozenset()):
        raise RuleError("correlation: the condition is true where nothing happens")
    return node


def true_of(node: Node, present: Collection[int]) -> bool:
    """Say whether an extended condition holds where the rules at these positions have matched."""
    if isinstance(node, And):
        return all(true_of(child, present) for child in node.children)
    if isinstance(node, Or):
        return any(true_of(child, present) for child in node.children)
    if isinstance(node, Not):
        return not true_of(node.child, present)
    return int(node.name) in present


def _check(found: Correlation) -> None:
    """Refuse what has no meaning."""
    if not found.rules:
        raise RuleError("correlation: it names no rules")
    if len(found.rules) > RULE_LIMIT:
        raise RuleError(f"correlation: it names more than {RULE_LIMIT} rules")
    if len(found.group_by) > RULE_LIMIT or len(found.fields) > RULE_LIMIT:
        raise RuleError(f"correlation: it asks for more than {RULE_LIMIT} fields")
    if found.type in VALUE_TYPES and not found.fields:
        raise RuleError(f"correlation: {found.type} needs a field in its condition")
    if found.type in NUMERIC_TYPES and len(found.fields) > 1:
        raise RuleError(f"correlation: {found.type} takes one field")
    if found.type is CorrelationType.ABSENCE and len(found.rules) < 2:
        raise RuleError("correlation: absence needs a rule that matches and one that does not")
    if found.type is CorrelationType.TEMPORAL_ORDERED and not _wants_all(found):
        raise RuleError("correlation: temporal_ordered takes all of its rules, not a part of them")
    if found.type is CorrelationType.TEMPORAL and not found.expression and _holds_of(found, 0):
        raise RuleError("correlation: the condition is true where nothing happens")


def _wants_all(found: Correlation) -> bool:
    count = len(found.rules)
    return _holds_of(found, count) and not any(_holds_of(found, n) for n in range(count))


def _holds_of(found: Correlation, number: int) -> bool:
    return all(compare(limit, number) for limit in found.limits)


def compare(limit: Limit, number: object) -> bool:
    """Say whether a number keeps a limit."""
    left: Any = number
    match limit.op:
        case "gt":
            return bool(left > limit.number)
        case "gte":
            return bool(left >= limit.number)
        case "lt":
            return bool(left < limit.number)
        case "lte":
            return bool(left <= limit.number)
        case "eq":
            return bool(left == limit.number)
    return bool(left != limit.number)
