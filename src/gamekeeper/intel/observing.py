"""Findings as observations: techniques of a rule, the procedure that it shows, what stood in the events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from gamekeeper.model.attribution import Observation
from gamekeeper.model.events import FILETIME_EPOCH

if TYPE_CHECKING:
    from gamekeeper.model.findings import Finding

#: Fields in which names of programs, files and commands stand. Host and account names are no evidence.
FIELDS: Final = (
    "CommandLine",
    "ParentCommandLine",
    "Image",
    "ParentImage",
    "NewProcessName",
    "OriginalFileName",
    "TargetFilename",
    "ImagePath",
    "ServiceFileName",
    "ScriptBlockText",
    "Payload",
    "RelativeTargetName",
    "cs-uri-stem",
)
TEXT_LIMIT: Final = 20_000  # characters of one value: a script may be large


def observed(findings: Iterable[Finding]) -> tuple[Observation, ...]:
    """Return what findings show; they are few, events behind them may be many."""
    return tuple(_observation(one) for one in findings)


def _observation(finding: Finding) -> Observation:
    first = finding.first_seen
    return Observation(
        techniques=finding.techniques,
        rules=(finding.rule_id,),
        tools=(finding.title,),
        texts=tuple(sorted(set(_texts(finding)))),
        time=None if first is None else (first - FILETIME_EPOCH) // 10,
    )


def _texts(finding: Finding) -> Iterator[str]:
    for sample in finding.samples:
        fields = sample.get("fields")
        if isinstance(fields, dict):
            named = (fields.get(name) for name in FIELDS)
            yield from (value[:TEXT_LIMIT] for value in named if isinstance(value, str) and value)
