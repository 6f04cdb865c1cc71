"""Findings: matches of one rule, host, account and shape, counted and shown by a few samples.

Four thousand equal hits are one finding. Counting is exact while memory stays bounded: matches arrive in
order of time, so the copies of one event (its second export, its forwarded copy) lie within one instant,
and only that instant's events are remembered. Two events are the same where their time and the 64-bit
mix of their fingerprints are. Matches that are not in order of time make ``events`` an upper bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.incidents import columns, grouping
from gamekeeper.incidents.grouping import Group, Grouper, Limits
from gamekeeper.incidents.known import with_context
from gamekeeper.incidents.samples import Samples
from gamekeeper.model.findings import LEVELS, Finding, SourceAccount
from gamekeeper.questions.searches import within
from gamekeeper.rules.attack import attack_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from gamekeeper.context.given import Context
    from gamekeeper.incidents.cells import Cells
    from gamekeeper.incidents.records import RuleLike

_RANK: Final = {level: rank for rank, level in enumerate(LEVELS)}
_LATEST: Final = np.iinfo(np.int64).max
_MIX: Final = tuple(
    np.uint64(odd) for odd in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)
)


def group(
    match_batches: Iterable[pa.RecordBatch],
    rules: Sequence[RuleLike],
    sources: Sequence[SourceAccount],
    *,
    grouper: Grouper | None = None,
    context: Context | None = None,
    cells: Cells | None = None,
) -> tuple[Finding, ...]:
    """Return the findings of all matches, most severe first, then by first time.

    With ``context`` they say what is known of host, account and addresses, and severity follows it.
    ``cells`` are filled by the way. ``grouper`` is a fresh one; without it usual limits count, and no
    name is known.
    ``match_batches`` has the order of a ``MatchStore``. ``rules`` and ``sources`` are what the matches'
    ``rule`` and ``source`` point into.
    """
    grouper, counts = grouper or Grouper(rules, Limits()), _Counts()
    samples = Samples(rules, sources, grouper.limits)
    for batch in columns.slices(match_batches, grouping.ROWS):
        numbers = grouper.assign(batch)
        is_new = counts.add(batch, numbers, len(grouper.groups))
        samples.add(batch, numbers, is_new)
        if cells is not None:
            cells.add(batch, numbers)
    if cells is not None:
        cells.grouper = grouper
    findings = [
        _finding(grouper.groups[number], rules, counts, number, samples)
        for number in range(len(grouper.groups))
    ]
    known = with_context(findings, context) if context else findings
    return tuple(sorted(known, key=order))


def order(finding: Finding) -> tuple[int, int, str]:
    """The order of findings everywhere: severity, first time (unknown ones last), id."""
    first = _LATEST if finding.first_seen is None else finding.first_seen
    return _RANK.get(finding.severity, len(LEVELS)), first, finding.id


def _finding(
    found: Group, rules: Sequence[RuleLike], counts: _Counts, number: int, samples: Samples
) -> Finding:
    rule = rules[found.rule]
    attack = attack_of(rule.tags)
    return Finding(
        id=found.id,
        rule_id=rule.id,
        title=rule.title,
        level=rule.level,
        tactics=attack.tactics,
        techniques=attack.techniques,
        host=found.host,
        account=found.account,
        shape=found.shape,
        count=int(counts.matches[number]),
        events=int(counts.events[number]),
        first_seen=_known(counts.first[number], _LATEST),
        last_seen=_known(counts.last[number], columns.NO_TIME),
        samples=samples.of(number),
    )


def _known(time: np.int64, unknown: int) -> int | None:
    return None if time == unknown else int(time)


class _Counts:
    """Matches, distinct events and times of each group, as arrays that grow with the groups."""

    def __init__(self) -> None:
        self.matches = np.zeros(0, np.int64)
        self.events = np.zeros(0, np.int64)
        self.first = np.zeros(0, np.int64)
        self.last = np.zeros(0, np.int64)
        self._instant: int | None = None  # the time at which the last batch ended
        self._met = np.zeros(0, np.uint64)  # what was met at that time, sorted

    def add(
        self, batch: pa.RecordBatch, numbers: NDArray[np.int64], groups: int
    ) -> NDArray[np.bool_]:
        """Count a batch; return which rows are events that their group had not met."""
        grown = groups - len(self.matches)
        self.matches = np.append(self.matches, np.zeros(grown, np.int64))
        self.events = np.append(self.events, np.zeros(grown, np.int64))
        self.first = np.append(self.first, np.full(grown, _LATEST))
        self.last = np.append(self.last, np.full(grown, columns.NO_TIME))
        times = columns.times(batch["filetime"])
        is_new = self._unmet(_marks(batch["fingerprint"], numbers, times), times)
        self.matches += np.bincount(numbers, minlength=groups)
        self.events += np.bincount(numbers[is_new], minlength=groups)
        np.maximum.at(self.last, numbers, times)
        np.minimum.at(self.first, numbers, np.where(times == columns.NO_TIME, _LATEST, times))
        return is_new

    def _unmet(self, marks: NDArray[np.uint64], times: NDArray[np.int64]) -> NDArray[np.bool_]:
        distinct, rows = np.unique(marks, return_index=True)
        instant = int(times[-1])
        at_end = times[rows] == instant
        if self._instant is not None:
            again = (times[rows] == self._instant) & within(distinct, self._met)
            rows = rows[~again]
        here = distinct[at_end]
        if instant != self._instant:
            self._instant, self._met = instant, here
        else:  # the whole batch is one instant that began before it
            fresh = here[~within(here, self._met)]
            places = np.searchsorted(self._met, fresh)
            self._met = np.insert(self._met, places, fresh)
        is_new = np.zeros(len(marks), np.bool_)
        is_new[rows] = True
        return is_new


def _marks(
    fingerprints: pa.FixedSizeBinaryArray,
    numbers: NDArray[np.int64],
    times: NDArray[np.int64],
) -> NDArray[np.uint64]:
    """Return 64 bits a row that stand for (fingerprint, group, time)."""
    start = fingerprints.offset * 16
    raw = np.frombuffer(fingerprints.buffers()[1], np.uint8)[start : start + 16 * len(numbers)]
    halves = raw.reshape(-1, 16).copy().view(np.uint64)
    marks = halves[:, 0] ^ (halves[:, 1] * _MIX[0])
    for part in (numbers, times):
        marks = (marks ^ (part.astype(np.uint64) * _MIX[1])) * _MIX[2]
        marks ^= marks >> np.uint64(32)
    return marks
