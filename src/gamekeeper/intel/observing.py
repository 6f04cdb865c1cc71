"""Findings and steps as observations: techniques, rules that may show a procedure, texts of the events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, Protocol

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


class Said(Protocol):
    """A rule that speaks in a step."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def title(self) -> str:
        """Its title, in which names of tools may stand."""


class Step(Protocol):
    """A step of a story, as far as it is evidence here."""

    @property
    def time(self) -> int | None:
        """When, as FILETIME."""

    @property
    def techniques(self) -> Sequence[str]:
        """ATT&CK ids."""

    @property
    def text(self) -> str:
        """What was done, with commands and paths where they were seen."""

    @property
    def event_ids(self) -> Sequence[str]:
        """Ids of some of its events."""

    @property
    def said(self) -> Sequence[Said]:
        """The rules that were true."""


def observed_in(steps: Iterable[Step]) -> tuple[Observation, ...]:
    """Return what the steps of an incident show."""
    return tuple(
        Observation(
            techniques=tuple(one.techniques),
            rules=tuple(said.id for said in one.said),
            tools=tuple(said.title for said in one.said),
            texts=(one.text[:TEXT_LIMIT],),
            time=_micros(one.time),
            events=tuple(one.event_ids),
        )
        for one in steps
    )


def _observation(finding: Finding) -> Observation:
    return Observation(
        techniques=finding.techniques,
        rules=(finding.rule_id,),
        tools=(finding.title,),
        texts=tuple(sorted(set(_texts(finding)))),
        time=_micros(finding.first_seen),
        events=tuple(str(sample["event.id"]) for sample in finding.samples if "event.id" in sample),
    )


def _micros(filetime: int | None) -> int | None:
    return None if filetime is None else (filetime - FILETIME_EPOCH) // 10


def _texts(finding: Finding) -> Iterator[str]:
    for sample in finding.samples:
        fields = sample.get("fields")
        if isinstance(fields, dict):
            named = (fields.get(name) for name in FIELDS)
            yield from (value[:TEXT_LIMIT] for value in named if isinstance(value, str) and value)
