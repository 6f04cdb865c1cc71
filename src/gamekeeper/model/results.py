"""The whole result of a hunt, as reports and the Python interface take it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from gamekeeper.model.anomalies import Baselines
from gamekeeper.model.breaks import IntegrityResult
from gamekeeper.model.chains import Chains
from gamekeeper.model.context import GivenFile
from gamekeeper.model.findings import (
    Allowance,
    FilterAccount,
    Finding,
    PipelineAccount,
    RuleAccount,
    SourceAccount,
)
from gamekeeper.model.incidents import Disposition, Incident
from gamekeeper.model.names import NO_NAMES, Names
from gamekeeper.model.rejects import Reject
from gamekeeper.model.visibility import VisibilityResult

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa


class MatchStore(Protocol):
    """Matches in their final order (time, event id, rule), however many; kept on disk."""

    def __len__(self) -> int: ...

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield record batches of ``MATCH_SCHEMA`` in order."""


class NoMatches:
    """A ``MatchStore`` without a match."""

    def __len__(self) -> int:
        return 0

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield nothing."""
        return iter(())


class RejectStore(Protocol):
    """Rejects in order of (source, offset), however many; kept on disk."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Reject]: ...


@dataclass(frozen=True, slots=True)
class Refusal:
    """An input that was not opened at all, and why: a bomb, a link, a wrong password."""

    path: str
    reason: str  # a stable word
    detail: str  # one sentence that says what to do


@dataclass(frozen=True, slots=True)
class ScriptsAccount:
    """PowerShell script blocks that were logged in several parts, and what came of putting them together."""

    scripts: int = 0
    incomplete: int = 0  # some of their parts are not in these logs
    parts: int = 0
    copies: int = 0  # parts that are there once more
    rivals: int = 0  # records that claim to be a part that is there with another text; left out
    cut: int = 0  # scripts that were too long to be looked at as a whole
    matches: int = 0  # of rules that no single part satisfied


@dataclass(frozen=True, slots=True)
class HuntResult:
    """Everything that one hunt found, read, refused and could not see."""

    matches: MatchStore
    findings: tuple[Finding, ...]  # most severe first, then first seen
    rules: tuple[RuleAccount, ...]  # usable rules first: a match's ``rule`` is a position here
    sources: tuple[SourceAccount, ...]  # by number
    rejects: RejectStore
    refusals: tuple[Refusal, ...] = ()
    hosts: tuple[tuple[str, int], ...] = ()  # host name, events
    channels: tuple[tuple[str, int], ...] = ()  # channel, events
    first_event: int | None = None  # FILETIME
    last_event: int | None = None
    filtered_events: int = 0  # read, but outside --from/--to/--include/--exclude
    timings_s: dict[str, float] = field(default_factory=dict)  # stage -> seconds
    versions: dict[str, str] = field(default_factory=dict)
    settings: dict[str, object] = field(default_factory=dict)
    filters: tuple[FilterAccount, ...] = ()  # Sigma filters that narrow rules of this hunt
    scripts: ScriptsAccount = ScriptsAccount()
    pipelines: tuple[PipelineAccount, ...] = ()  # what changed rules of this hunt
    context: tuple[GivenFile, ...] = ()  # files of context that the user gave
    suppressed: MatchStore = field(default_factory=NoMatches)  # of ``SUPPRESSED_SCHEMA``
    allowances: tuple[Allowance, ...] = ()  # entries of allow-lists, in their order
    chains: Chains = field(default_factory=Chains)
    baselines: Baselines = field(default_factory=Baselines)
    integrity: IntegrityResult | None = None  # None: nobody looked
    visibility: VisibilityResult | None = None  # None: nobody looked
    incidents: tuple[Incident, ...] = ()  # best first
    dispositions: Mapping[str, Disposition] = field(
        default_factory=dict
    )  # by id, as a case keeps them
    names: Names = NO_NAMES  # hosts and accounts that shapes of matches name
    searched: int | None = (
        None  # events of a case that were looked at; None for a hunt through logs
    )

    @property
    def events(self) -> int:
        """Events that took part: those read from all sources, or those of a case that were looked at."""
        if self.searched is not None:
            return self.searched
        return sum(source.events for source in self.sources)
