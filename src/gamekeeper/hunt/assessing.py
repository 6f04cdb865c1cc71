"""The stage of a hunt that asks the logs about themselves: facts of all units to breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.hunt.census import ranked
from gamekeeper.hunt.stored_facts import StoredFacts, StoredTimeline
from gamekeeper.integrity.facts import Facts
from gamekeeper.integrity.judging import judge
from gamekeeper.integrity.natures import natures
from gamekeeper.integrity.registry import CHECKS, GATHERERS
from gamekeeper.integrity.timeline import timeline
from gamekeeper.model.breaks import IntegrityResult
from gamekeeper.model.fingerprint import short_host
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from gamekeeper.hunt.sums import Sums
    from gamekeeper.model.findings import SourceAccount


def facts_of(sums: Sums, sources: Iterable[SourceAccount], folder: Path) -> Facts:
    """Return the facts that all units gave, as tables in a folder; their runs are used up."""
    tables = StoredFacts(folder)
    for gatherer in GATHERERS:
        tables.add(gatherer, sums.fact_runs(gatherer.name))
    return Facts(
        tables,
        {source.number: source for source in sources},
        hosts=_spellings(sums.census.hosts, short_host),
        channels=_spellings(sums.census.channels, fold),
    )


def assess(facts: Facts, timeline_at: Path) -> IntegrityResult:
    """Return what facts say of the logs; the timeline goes into a file of its own."""
    breaks = judge(facts)
    return IntegrityResult(
        breaks=breaks,
        natures=tuple(natures(facts).values()),
        timeline=StoredTimeline(timeline_at, timeline(facts, breaks)),
        hosts=dict(facts.hosts),
        channels=dict(facts.channels),
        checks=tuple(check.name for check in CHECKS),
    )


def _spellings(counts: Counter[str], form: Callable[[str], str]) -> dict[str, str]:
    """Return the spelling met most often by the form in which checks compare names."""
    names: dict[str, str] = {}
    for name, _ in ranked(counts):
        names.setdefault(form(name), name)
    return names
