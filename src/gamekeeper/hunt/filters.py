"""What of the input takes part: the period, hosts and channels of events, and which rules.

Events that are filtered out are counted, never forgotten; rules that are left out stay in the account
with the reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.model.events import EventBatch
from gamekeeper.model.folding import fold
from gamekeeper.rules.ir import Rule, RuleSet, SkippedRule
from gamekeeper.settings import LEVEL_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gamekeeper.hunt.request import Request

Patterns = tuple[str, ...]


@cache
def _compiled(patterns: Patterns) -> re.Pattern[str]:
    """Return one expression for several patterns in which only ``*`` and ``?`` mean anything."""
    wild = {"*": ".*", "?": "."}
    spelt = ("".join(wild.get(sign) or re.escape(sign) for sign in fold(p)) for p in patterns)
    return re.compile("|".join(f"(?:{one})" for one in spelt), re.DOTALL)


def matches_any(patterns: Patterns, *names: str) -> bool:
    """Say whether one of the names is one of the patterns, whatever the case.

    >>> matches_any(("dc*", "ws-0?"), "DC01.example.org"), matches_any(("ws-0?",), "WS-011")
    (True, False)
    """
    return bool(patterns) and any(_compiled(patterns).fullmatch(fold(name)) for name in names)


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


def _host_names(host: str) -> tuple[str, str]:
    """A computer answers to its full name and to the first part of it."""
    return host, host.partition(".")[0]


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
                batch.table.column("Computer"), lambda name: self.hosts.keeps(*_host_names(name))
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
    """Return the rule set in which rules that the request leaves out are skipped, with the reason."""
    lowest = LEVEL_NAMES.index(request.min_level)
    choice = Choice(*request.patterns("rule"))
    kept: list[Rule] = []
    left: list[SkippedRule] = []
    for rule in rules.rules:
        reason = ""
        if rule.level in LEVEL_NAMES and LEVEL_NAMES.index(rule.level) > lowest:
            reason = f"left out: below --min-level {request.min_level}"
        elif choice and not choice.keeps(rule.id, rule.title):
            reason = "left out by --include or --exclude"
        if reason:
            left.append(SkippedRule(rule.id, rule.title, rule.path, reason, rule.level))
        else:
            kept.append(rule)
    return RuleSet(tuple(kept), (*rules.skipped, *left), rules.origin, rules.digest)
