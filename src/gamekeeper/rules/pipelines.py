"""pySigma's processing pipelines: they change rules before anything here looks at fields and log sources.

A pipeline says how rules read in the logs of an organisation: other field names, further conditions,
another log source, values for placeholders. What it says is taken first; our own mapping
(``content/mappings``) is then applied to the rule that it made, as if its author had written that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sigma.exceptions import SigmaError
from sigma.processing.pipeline import ProcessingPipeline
from sigma.rule import SigmaLogSource, SigmaRule
from sigma.rule.detection import SigmaDetections
from sigma.rule.logsource import EmptyLogSource
from sigma.types import SigmaString

from gamekeeper.errors import RuleError, UsageError
from gamekeeper.model.findings import PipelineAccount
from gamekeeper.rules.documents import read_documents
from gamekeeper.rules.expansion import LIMIT
from gamekeeper.rules.ir import LogSource

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sigma.correlations import SigmaCorrelationRule
    from sigma.rule.detection import SigmaDetection

    from gamekeeper.rules.files import RuleFile

# pySigma's own bound of 200 is for queries, which long lists make long.
SigmaString.max_placeholder_expansions = LIMIT

#: Parts of a pipeline that change the text of queries, of which there is none here.
_OF_QUERIES: Final = ("postprocessing", "finalizers")
#: Transformations that do nothing here but could be meant to do something.
_IDLE: Final = {
    "set_custom_attribute": "it is for backends",
    "query_expression_placeholders": "it is for backends: rules with such placeholders are skipped",
}
_REFUSED: Final = {
    "file_placeholders": "lists are given with --placeholders",
    "http_placeholders": "nothing is fetched here; lists are given with --placeholders",
    "command_placeholders": "no command is run here; lists are given with --placeholders",
    "field_name_transform": "it needs a function, which a file cannot hold",
}
#: What transformations raise on rules and parameters that they were not made for.
_FAILURES: Final = (
    SigmaError,
    AttributeError,
    TypeError,
    ValueError,
    KeyError,
    NotImplementedError,
)


@dataclass(slots=True)
class Stated:
    """What of a rule a pipeline may change."""

    logsource: LogSource
    detections: dict[str, SigmaDetection]
    conditions: list[str]
    fields: tuple[str, ...] = ()


@dataclass(slots=True)
class _Pipeline:
    """One pipeline file."""

    path: str
    parsed: ProcessingPipeline
    ignored: tuple[str, ...]
    stop: int = 0  # behind its last transformation, among those of all pipelines
    applied: int = 0
    failed: int = 0

    def account(self) -> PipelineAccount:
        """Return what it has done."""
        name = str(self.parsed.name or "")
        return PipelineAccount(self.path, name, self.applied, self.failed, self.ignored)


class Pipelines:
    """All pipelines of a run, as one: by priority, then as they were given, as pySigma joins them."""

    def __init__(self, files: Sequence[RuleFile] = ()) -> None:
        """Read pipelines; raise UsageError where a file holds none that can be applied."""
        self._each = sorted(map(_read, files), key=lambda one: one.parsed.priority)
        self._whole = ProcessingPipeline()
        for one in self._each:
            self._whole += one.parsed
            one.stop = len(self._whole.items)

    def __bool__(self) -> bool:
        return bool(self._each)

    def accounts(self) -> tuple[PipelineAccount, ...]:
        """Return what each has done."""
        return tuple(one.account() for one in self._each)

    def apply(self, document: Mapping[Any, Any], stated: Stated) -> Stated:
        """Return what all pipelines make of a rule; raise RuleError where one of them refuses it."""
        rule = _rule_of(document, stated)
        self.run(rule)
        source = rule.logsource
        texts = (source.product, source.category, source.service)
        return Stated(
            LogSource(*((text or "").lower() for text in texts)),
            rule.detection.detections,
            [condition.condition for condition in rule.detection.parsed_condition],
            tuple(rule.fields),
        )

    def run(self, rule: SigmaRule | SigmaCorrelationRule) -> None:
        """Apply all pipelines to a rule in pySigma's form; raise RuleError where one of them refuses it."""
        try:
            self._whole.apply(rule)
        except _FAILURES as error:
            done = len(self._whole.applied)
            culprit = next(one for one in self._each if done < one.stop)
            culprit.failed += 1
            message = _line(error) or type(error).__name__
            raise RuleError(f"pipeline {culprit.path}: {message}") from error
        start = 0
        for one in self._each:
            one.applied += any(self._whole.applied[start : one.stop])
            start = one.stop


def _rule_of(document: Mapping[Any, Any], stated: Stated) -> SigmaRule:
    """Return pySigma's form of a rule, so that conditions of pipelines may ask for its attributes."""
    plain = {key: value for key, value in document.items() if key not in {"detection", "filter"}}
    rule = SigmaRule.from_dict(
        {**plain, "logsource": {}, "detection": {"none": "none", "condition": "none"}},
        collect_errors=True,  # what is wrong with attributes that nobody asks for does not matter
    )
    rule.logsource = log_source(stated.logsource)
    rule.detection = SigmaDetections(stated.detections, stated.conditions)
    rule.fields = list(stated.fields)
    return rule


def log_source(source: LogSource) -> SigmaLogSource:
    """Return a log source in pySigma's form."""
    if source == LogSource():
        return EmptyLogSource()
    return SigmaLogSource(
        category=source.category or None,
        product=source.product or None,
        service=source.service or None,
    )


def _read(file: RuleFile) -> _Pipeline:
    try:
        return _pipeline(file)
    except (RuleError, *_FAILURES) as error:
        message = _line(error) or type(error).__name__
        raise UsageError(f"pipeline {file.path} cannot be used: {message}") from None


def _pipeline(file: RuleFile) -> _Pipeline:
    if file.reason:
        raise RuleError(file.reason)
    documents = [one for one in read_documents(file.data) if one is not None]
    if len(documents) != 1 or not isinstance(documents[0], dict):
        raise RuleError("it is no pipeline: one map with a list of transformations is")
    document = documents[0]
    items = list(_items(document.get("transformations") or []))
    refused = [kind for kind in items if kind in _REFUSED]
    if refused:
        raise RuleError(f"{refused[0]} cannot be used: {_REFUSED[refused[0]]}")
    kept = {key: value for key, value in document.items() if key not in _OF_QUERIES and value}
    parsed = ProcessingPipeline.from_dict(kept)
    if not isinstance(parsed.priority, int) or not isinstance(parsed.vars, dict):
        raise RuleError("priority is a number, and vars a map of names and values")
    return _Pipeline(file.path, parsed, tuple(_ignored(document, items)))


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:500]


def _items(stated: object) -> Iterator[str]:
    """Yield the types of transformations, those inside of others among them."""
    if not isinstance(stated, list):
        raise RuleError("transformations is no list")
    for item in stated:
        if not isinstance(item, dict):
            raise RuleError("a transformation is no map")
        kind = str(item.get("type", ""))
        yield kind
        if kind == "nest":
            yield from _items(item.get("items") or [])


def _ignored(document: Mapping[Any, Any], items: Sequence[str]) -> Iterator[str]:
    for key in _OF_QUERIES:
        if document.get(key):
            yield f"{key}: there are no queries here"
    for kind in dict.fromkeys(items):
        if kind in _IDLE:
            yield f"{kind}: {_IDLE[kind]}"
    backends = document.get("allowed_backends")
    if backends:
        names = ", ".join(map(str, backends)) if isinstance(backends, list) else str(backends)
        yield f"allowed_backends: it is meant for {names}"
