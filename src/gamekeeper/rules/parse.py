"""Sigma text to rules: every document of a file becomes a usable rule or a skipped one with its reason."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, UUID, uuid5

from gamekeeper.errors import RuleError
from gamekeeper.model.findings import LEVELS
from gamekeeper.rules.conditions import one_of, parse_condition
from gamekeeper.rules.documents import read_documents
from gamekeeper.rules.ir import LogSource, Node, Rule, SkippedRule, predicates
from gamekeeper.rules.pysigma import detection_node

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Level of a rule that states none, or one that Sigma does not know.
DEFAULT_LEVEL = "medium"
_TEXT_LIMIT = 20_000
_LIST_LIMIT = 1_000
#: SigmaHQ's largest rule has about 600 predicates.
PREDICATE_LIMIT = 20_000
#: A ``global`` document is laid over every other one: bytes times documents bound the work.
_MERGE_LIMIT_BYTES = 64 << 20


def parse_rules(data: bytes, path: str) -> list[Rule | SkippedRule]:
    """Return what the file holds, in order; ``path`` is what people see. Never empty, never raises."""
    try:
        documents = read_documents(data)
    except RuleError as error:
        return [SkippedRule("", "", path, str(error))]
    has_actions = any(isinstance(d, dict) and "action" in d for d in documents)
    if has_actions and len(documents) * len(data) > _MERGE_LIMIT_BYTES:
        return [SkippedRule("", "", path, "too many documents for one global document")]
    found = [_parse_one(document, path) for document in _merged(documents)]
    return found or [SkippedRule("", "", path, "the file holds no rule")]


def _parse_one(document: object, path: str) -> Rule | SkippedRule:
    if not isinstance(document, dict):
        return SkippedRule("", "", path, "not a Sigma rule: the document is not a map")
    title = _text(document.get("title"))
    identity = _identity(document)
    level = _level(document)
    try:
        return _rule(document, identity, path)
    except RuleError as error:
        return SkippedRule(identity, title, path, str(error), level)


def _rule(document: dict[Any, Any], identity: str, path: str) -> Rule:
    for kind in ("correlation", "filter"):
        if kind in document:
            raise RuleError(f"{kind} rules are not supported yet")
    logsource = document.get("logsource")
    if not isinstance(logsource, dict):
        raise RuleError("not a Sigma rule: it has no logsource")
    return Rule(
        id=identity,
        title=_text(document.get("title")) or identity,
        level=_level(document),
        status=_text(document.get("status")),
        logsource=LogSource(
            *(_text(logsource.get(key)).lower() for key in ("product", "category", "service"))
        ),
        condition=_condition(document.get("detection")),
        path=path,
        description=_text(document.get("description")),
        author=_text(document.get("author")),
        references=_texts(document.get("references")),
        false_positives=_texts(document.get("falsepositives")),
        tags=_texts(document.get("tags")),
        fields=_texts(document.get("fields")),
        licence=_text(document.get("license")),
    )


def _condition(detection: object) -> Node:
    if not isinstance(detection, dict):
        raise RuleError("not a Sigma rule: it has no detection")
    conditions = _conditions(detection.get("condition"))
    nodes = {
        str(name): detection_node(str(name), definition)
        for name, definition in detection.items()
        if name not in {"condition", "timeframe"}
    }
    node = one_of([parse_condition(text, nodes) for text in conditions])
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


def _identity(document: dict[Any, Any]) -> str:
    stated = _text(document.get("id"))
    try:
        return str(UUID(stated))
    except ValueError:
        if stated:
            return stated
    content = json.dumps(document, default=str, skipkeys=True)
    return str(uuid5(NAMESPACE_URL, f"sigma-rule:{content}"))


def _level(document: dict[Any, Any]) -> str:
    level = _text(document.get("level")).lower()
    return level if level in LEVELS else DEFAULT_LEVEL


def _text(value: object) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    text = str(value).strip()[:_TEXT_LIMIT]
    # YAML escapes can write lone surrogates, which no output could encode.
    return text.encode("utf-8", "replace").decode()


def _texts(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(text for text in map(_text, values[:_LIST_LIMIT]) if text)
