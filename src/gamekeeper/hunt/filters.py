"""What of the input takes part: the period, hosts and channels of events, and which rules.

Events that are filtered out are counted, never forgotten; rules that are left out stay in the account
with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.model.events import EventBatch
from gamekeeper.model.reasons import LEFT_OUT
from gamekeeper.model.wildcards import Patterns, host_names, matches_any
from gamekeeper.rules.ir import Rule, RuleSet, SkippedRule
from gamekeeper.settings import LEVEL_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gamekeeper.hunt.request import Request
    from gamekeeper.rules.correlation_ir import Correlation


@dataclass(frozen=True, slots=True)
class Choice:
    """Names to keep: any of ``include`` (all where it is empty), none of ``exclude``."""

    include: Patterns = ()
    exclude: Patterns = ()

    def __bool__(self) -> bool:
        return bool(self.include or self.exclude)

    def keeps(self, *names: str) -> bool:
        """Say whether something with these names stays."""
        if matches_any(self.exclude, *names):
            return False
        return not self.include or matches_any(self.include, *names)


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Keeps the events of a period, of hosts and of channels. Events without a time are kept."""

    start: int | None = None
    stop: int | None = None
    hosts: Choice = Choice()
    channels: Choice = Choice()

    @classmethod
    def of(cls, request: Request) -> EventFilter:
        """Return the filter that a request asks for."""
        start, stop = request.span
        hosts, channels = request.patterns("host"), request.patterns("channel")
        return cls(start, stop, Choice(*hosts), Choice(*channels))

    def apply(self, batch: EventBatch) -> EventBatch:
        """Return the batch with the rows that stay; the same batch where all do."""
        keep = np.ones(len(batch), bool)
        if self.start is not None or self.stop is not None:
            keep &= self._in_period(batch.table.column("event.filetime"))
        if self.hosts:
            keep &= _by_name(
                batch.table.column("Computer"), lambda name: self.hosts.keeps(*host_names(name))
            )
        if self.channels:
            keep &= _by_name(batch.table.column("Channel"), self.channels.keeps)
        if keep.all():
            return batch
        return EventBatch(batch.dataset, batch.table.filter(pa.array(keep)))

    def _in_period(self, times: pa.Array) -> NDArray[np.bool_]:
        keep = np.ones(len(times), bool)
        values = pc.fill_null(times, 0).to_numpy()
        if self.start is not None:
            keep &= values >= self.start
        if self.stop is not None:
            keep &= values < self.stop
        keep |= pc.is_null(times).to_numpy(zero_copy_only=False)
        return keep


def _by_name(column: pa.DictionaryArray, keeps: Callable[[str], bool]) -> NDArray[np.bool_]:
    """Ask about each distinct name once; an absent name is the empty one."""
    answers = [keeps(name or "") for name in column.dictionary.to_pylist()]
    answers.append(keeps(""))
    codes = pc.fill_null(column.indices, len(answers) - 1).to_numpy()
    keep: NDArray[np.bool_] = np.asarray(answers, bool)[codes]
    return keep


def choose_rules(rules: RuleSet, request: Request) -> RuleSet:
    """Return the rule set in which rules that the request leaves out are skipped, with the reason.

    A rule that is left out still runs where a correlation needs it; it is not reported then.
    """
    chooser = _Chooser(request)
    left: list[SkippedRule] = []
    correlations: list[Correlation] = []
    needed: set[str] = set()
    for correlation in reversed(rules.correlations):  # those that name others first
        reason = chooser.why_not(correlation)
        if reason and correlation.id not in needed:
            left.append(_left(correlation, reason))
            continue
        correlations.append(replace(correlation, reported=correlation.reported and not reason))
        needed.update(correlation.rules)
    named = {identity for correlation in rules.correlations for identity in correlation.rules}
    kept: list[Rule] = []
    for rule in rules.rules:
        reason = chooser.why_not(rule)
        if not reason and not rule.reported and rule.id in named - needed:
            reason = f"{LEFT_OUT}: it is there for correlations, which are left out"
        if reason and rule.id not in needed:
            left.append(_left(rule, reason))
        else:
            kept.append(replace(rule, reported=False) if reason else rule)
    return replace(
        rules,
        rules=tuple(kept),
        skipped=(*rules.skipped, *left),
        correlations=tuple(reversed(correlations)),
    )


class _Chooser:
    """Says which rules a request leaves out."""

    def __init__(self, request: Request) -> None:
        self._level = request.min_level
        self._lowest = LEVEL_NAMES.index(request.min_level)
        self._choice = Choice(*request.patterns("rule"))

    def why_not(self, rule: Rule | Correlation) -> str:
        """Return the reason for leaving a rule out, or nothing."""
        if rule.level in LEVEL_NAMES and LEVEL_NAMES.index(rule.level) > self._lowest:
            return f"{LEFT_OUT}: below --min-level {self._level}"
        if self._choice and not self._choice.keeps(rule.id, rule.title):
            return f"{LEFT_OUT} by --include or --exclude"
        return ""


def _left(rule: Rule | Correlation, reason: str) -> SkippedRule:
    return SkippedRule(rule.id, rule.title, rule.path, reason, rule.level)
