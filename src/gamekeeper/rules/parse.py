"""Sigma text to rules: every document of a file becomes a usable rule or a skipped one with its reason."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from gamekeeper.errors import RuleError
from gamekeeper.rules.changes import Changes
from gamekeeper.rules.conditions import one_of, parse_condition
from gamekeeper.rules.correlation_ir import Correlation, SigmaFilter
from gamekeeper.rules.correlation_parse import parse_correlation
from gamekeeper.rules.documents import read_documents
from gamekeeper.rules.expansion import Lists
from gamekeeper.rules.ir import LogSource, Node, Rule, SkippedRule, predicates
from gamekeeper.rules.pipelines import Stated
from gamekeeper.rules.pysigma import DROPPED, built, node_of, without_dropped
from gamekeeper.rules.stated import identity as _identity
from gamekeeper.rules.stated import level as _level
from gamekeeper.rules.stated import text as _text
from gamekeeper.rules.stated import texts as _texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: One document of a file.
Parsed = Rule | Correlation | SigmaFilter | SkippedRule

#: SigmaHQ's largest rule has about 600 predicates.
PREDICATE_LIMIT = 20_000
#: A ``global`` document is laid over every other one: bytes times documents bound the work.
_MERGE_LIMIT_BYTES = 64 << 20


def parse_rules(data: bytes, path: str, changes: Changes | None = None) -> list[Rule | SkippedRule]:
    """Return what the file holds of rules that stand alone; what needs other rules is skipped here."""
    return [
        found
        if isinstance(found, Rule | SkippedRule)
        else SkippedRule(found.id, found.title, path, "it needs the rules that it refers to")
        for found in parse_documents(data, path, changes)
    ]


def parse_documents(data: bytes, path: str, changes: Changes | None = None) -> list[Parsed]:
    """Return what the file holds, in order; ``path`` is what people see. Never empty, never raises.

    ``changes`` are applied to every rule and filter before anything is made of it.
    """
    changes = changes or Changes()
    try:
        documents = read_documents(data)
    except RuleError as error:
        return [SkippedRule("", "", path, str(error))]
    has_actions = any(isinstance(d, dict) and "action" in d for d in documents)
    if has_actions and len(documents) * len(data) > _MERGE_LIMIT_BYTES:
        return [SkippedRule("", "", path, "too many documents for one global document")]
    found = [_parse_one(document, path, changes) for document in _merged(documents)]
    return found or [SkippedRule("", "", path, "the file holds no rule")]


def _parse_one(document: object, path: str, changes: Changes) -> Parsed:
    if not isinstance(document, dict):
        return SkippedRule("", "", path, "not a Sigma rule: the document is not a map")
    title = _text(document.get("title"))
    identity = _identity(document)
    level = _level(document)
    try:
        if "correlation" in document:
            return parse_correlation(document, identity, path)
        if "filter" in document:
            return _filter(document, identity, path, changes)
        return _rule(document, identity, path, changes)
    except RuleError as error:
        return SkippedRule(identity, title, path, str(error), level)


def _rule(document: dict[Any, Any], identity: str, path: str, changes: Changes) -> Rule:
    meaning = _meaning(document, document.get("detection"), changes)
    return Rule(
        id=identity,
        title=_text(document.get("title")) or identity,
        level=_level(document),
        status=_text(document.get("status")),
        logsource=meaning.logsource,
        condition=meaning.condition,
        path=path,
        description=_text(document.get("description")),
        author=_text(document.get("author")),
        references=_texts(document.get("references")),
        false_positives=_texts(document.get("falsepositives")),
        tags=_texts(document.get("tags")),
        fields=meaning.fields,
        licence=_text(document.get("license")),
        name=_text(document.get("name")),
    )


def _logsource(document: dict[Any, Any]) -> LogSource:
    logsource = document.get("logsource")
    if not isinstance(logsource, dict):
        raise RuleError("not a Sigma rule: it has no logsource")
    return LogSource(
        *(_text(logsource.get(key)).lower() for key in ("product", "category", "service"))
    )


def parse_selection(
    logsource: object, detection: object, lists: Mapping[str, tuple[str, ...]] | None = None
) -> tuple[LogSource, Node]:
    """Return where and what a log source and a detection ask, as they stand in a rule; raise RuleError.

    ``lists`` are values by the name of their placeholder.
    """
    changes = Changes(lists=Lists(lists or {}))
    meaning = _meaning({"logsource": logsource}, detection, changes)
    return meaning.logsource, meaning.condition


def _filter(document: dict[Any, Any], identity: str, path: str, changes: Changes) -> SigmaFilter:
    stated = document["filter"]
    if not isinstance(stated, dict) or "rules" not in stated:
        raise RuleError("the filter does not say which rules it is for: a list of them, or any")
    rules = _texts(stated["rules"])
    detection = {name: value for name, value in stated.items() if name != "rules"}
    meaning = _meaning(document, detection, changes)
    return SigmaFilter(
        id=identity,
        title=_text(document.get("title")) or identity,
        path=path,
        logsource=meaning.logsource,
        rules=() if [name.lower() for name in rules] == ["any"] else rules,
        condition=meaning.condition,
    )


class _Meaning(NamedTuple):
    """What a rule or filter says, after all changes."""

    logsource: LogSource
    condition: Node
    fields: tuple[str, ...]


def _meaning(document: dict[Any, Any], detection: object, changes: Changes) -> _Meaning:
    logsource = _logsource(document)
    if not isinstance(detection, dict):
        raise RuleError("not a Sigma rule: it has no detection")
    conditions = _conditions(detection.get("condition"))
    detections = {
        str(name): built(str(name), definition, changes.lists)
        for name, definition in detection.items()
        if name not in {"condition", "timeframe"}
    }
    stated = Stated(logsource, detections, conditions, _texts(document.get("fields")))
    if changes.pipelines:
        stated = changes.pipelines.apply(document, stated)
    return _Meaning(stated.logsource, _condition(stated), stated.fields)


def _condition(stated: Stated) -> Node:
    nodes = {name: node_of(name, detection) for name, detection in stated.detections.items()}
    node = one_of([parse_condition(text, nodes) for text in stated.conditions])
    if any(one is DROPPED for one in nodes.values()):
        node = without_dropped(node)
    if node is DROPPED:
        raise RuleError("pipelines leave nothing of its condition")
    # A short condition can name a large detection many times.
    if next(islice(predicates(node), PREDICATE_LIMIT, None), None) is not None:
        raise RuleError(f"the rule has more than {PREDICATE_LIMIT} values")
    return node


def _conditions(stated: object) -> list[str]:
    texts = [
        text for text in (stated if isinstance(stated, list) else [stated]) if isinstance(text, str)
    ]
    if not texts or len(texts) != (len(stated) if isinstance(stated, list) else 1):
        raise RuleError("the detection has no condition, or one that is no text")
    return texts


def _merged(documents: list[Any]) -> Iterator[Any]:
    """Apply Sigma's collection actions: a ``global`` document is laid over every later rule."""
    shared: dict[Any, Any] = {}
    previous: dict[Any, Any] = {}
    for document in documents:
        if document is None:
            continue
        action = document.get("action") if isinstance(document, dict) else None
        if action is None or action not in ("global", "reset", "repeat"):
            is_plain = isinstance(document, dict) and not {"correlation", "filter"} & set(document)
            previous = _laid_over(document, shared) if is_plain else previous
            yield previous if is_plain else document
        elif action == "global":
            shared = previous = {k: v for k, v in document.items() if k != "action"}
        elif action == "reset":
            shared = {}
        else:
            addition = {k: v for k, v in document.items() if k != "action"}
            previous = _laid_over(previous, addition)
            yield previous


def _laid_over(below: dict[Any, Any], above: dict[Any, Any]) -> dict[Any, Any]:
    result = dict(below)
    for key, value in above.items():
        old = result.get(key)
        both = isinstance(old, dict) and isinstance(value, dict)
        result[key] = _laid_over(old, value) if both else value  # type: ignore[arg-type]
    return result
