"""Processes that one of two witnesses stopped telling of.

Sees: where Sysmon (1) and the Security log (4688) both record the processes that start, a stretch of hours in
which one goes on and the other tells of none. Each hour outside it says how often both speak; the stretch
counts where, by that, it would come by chance once in a million, and holds ten processes at least. So it
needs no long history: a Sysmon whose threads were suspended, whose driver was unloaded or whose
configuration leaves everything out is seen after some hours, and so is auditing that was switched off.

It is likely where one file holds both logs, or both are files of Windows' own, which are taken together; an
export or a text may end where it was cut. And only where the silent log's numbers go on over the stretch, or
nothing comes behind it.

What else explains it: one log was collected earlier than the other, or rotated away (the hours before the
first record are not looked at); a log that was full and said so (left to ``log_full``); a configuration or
policy that was meant so (``sysmon_switches``, ``audit_policy``); an agent that lost one channel.

Blind: an intruder who silences both; hosts with one of them only; hours with few processes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow.compute as pc

from gamekeeper.integrity.begun import whole
from gamekeeper.integrity.events import telling
from gamekeeper.integrity.gathering.hours import HOUR
from gamekeeper.integrity.natures import FILTERED_EXPORT, OWN_NUMBERS, UNKNOWN, kind_of
from gamekeeper.integrity.rows import by_host
from gamekeeper.model.breaks import Anomaly, Evidence, Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa
    from numpy.typing import NDArray

    from gamekeeper.integrity.facts import Facts

#: Hours in which both told of processes before anything is said, and processes in the stretch.
_HOURS: Final = 6
_LEAST: Final = 10
_UNLIKELY: Final = 1e-6
_TEXTS: Final = (
    "Sysmon tells of no process for {hours} hours in which the Security log tells of {count}",
    "The Security log tells of no process for {hours} hours in which Sysmon tells of {count}",
)
_TAMPERING: Final = ("Sysmon switched off", "auditing switched off")


@dataclass(frozen=True, slots=True, eq=False)
class _Teller:
    """One of both logs by hour: how many processes it tells of, and the file that tells most of them."""

    channel: str
    sources: frozenset[int]
    counts: dict[int, int]
    last: int


class UntoldProcesses:
    """Looks for such stretches."""

    name = "untold_processes"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a stretch: the longest of each log and host."""
        for host, rows in by_host(facts.table("starts")).items():
            tellers = [_teller(rows.filter(pc.equal(rows["kind"], kind))) for kind in (0, 1)]
            sysmon, security = tellers
            if sysmon is None or security is None:
                continue
            sure = _is_sure(facts, sysmon, security)
            for kind, silent, other in ((0, sysmon, security), (1, security, sysmon)):
                stretch = _stretch(silent, other)
                if stretch is not None and not _is_full(facts, host, silent, stretch):
                    goes_on = _goes_on(facts, host, silent, stretch)
                    yield _anomaly(host, kind, silent, other, stretch, sure=sure and goes_on)


def _teller(rows: pa.Table) -> _Teller | None:
    """Return a log by hour; of copies of one log the fullest counts."""
    if not rows.num_rows:
        return None
    sums = rows.group_by(["source", "hour"]).aggregate([("count", "sum")])
    most = sums.group_by("hour").aggregate([("count_sum", "max")])
    counts = dict(zip(most["hour"].to_pylist(), most["count_sum_max"].to_pylist(), strict=True))
    sources = frozenset(pc.unique(rows["source"]).to_pylist())
    return _Teller(rows["channel"][0].as_py(), sources, counts, pc.max(rows["last"]).as_py())


def _stretch(silent: _Teller, other: _Teller) -> NDArray[np.int64] | None:
    """Return the longest run of hours in which only the other tells, where it is odd."""
    first = min(silent.counts)
    hours = np.array(sorted(hour for hour in other.counts if hour > first), np.int64)
    told = np.isin(hours, list(silent.counts))
    edges = np.flatnonzero(np.diff(np.concatenate([[1], told, [1]])))
    if len(edges) < 2:
        return None
    lengths = edges[1::2] - edges[::2]
    at = int(np.argmax(lengths))
    run = hours[edges[2 * at] : edges[2 * at + 1]]
    # Each run of silence but this one is part of the habit.
    both, others = int(told.sum()), len(hours) - len(run)
    share = both / (others + 1)
    if both < _HOURS or sum(other.counts[hour] for hour in run.tolist()) < _LEAST:
        return None
    return run if (1 - share) ** len(run) <= _UNLIKELY else None


def _is_sure(facts: Facts, one: _Teller, other: _Teller) -> bool:
    """Whether both logs end where they ended, and not where somebody cut them."""
    kinds = {kind_of(facts, source) for source in one.sources | other.sources}
    if kinds <= OWN_NUMBERS:
        return True
    together = {kind_of(facts, source) for source in one.sources & other.sources}
    return bool(together - {FILTERED_EXPORT, UNKNOWN})


def _is_full(facts: Facts, host: str, silent: _Teller, stretch: NDArray[np.int64]) -> bool:
    """Whether the silent log said before a stretch that it is full (1104): ``log_full`` tells of that.

    It may have said so hours before the other told of a process again.
    """
    spoke = max((hour for hour in silent.counts if hour < stretch[0]), default=int(stretch[0]))
    near = telling(facts).between(host, spoke - HOUR, int(stretch[0]) + HOUR)
    return any(event.code == 1104 and event.channel == silent.channel for event in near)


def _goes_on(facts: Facts, host: str, silent: _Teller, stretch: NDArray[np.int64]) -> bool:
    """Whether no record lacks in a stretch: by its numbers, or because nothing comes behind it."""
    if stretch[-1] > max(silent.counts):
        return True
    return bool(whole(facts, host, silent.channel).covers(stretch[:1], stretch[-1:])[0])


def _anomaly(
    host: str,
    kind: int,
    silent: _Teller,
    other: _Teller,
    stretch: NDArray[np.int64],
    *,
    sure: bool,
) -> Anomaly:
    count = sum(other.counts[hour] for hour in stretch.tolist())
    text = _TEXTS[kind].format(hours=len(stretch), count=count)
    start, stop = int(stretch[0]), int(stretch[-1]) + HOUR
    both = sum(1 for hour in other.counts if hour in silent.counts)
    return Anomaly(
        check=UntoldProcesses.name,
        text=text,
        tampering=_TAMPERING[kind],
        strength=Strength.STRONG if sure else Strength.WEAK,
        host=host,
        channel=silent.channel,
        start=start,
        stop=min(stop, other.last),
        source=min(silent.sources),
        evidence=(Evidence(f"in {both} other hours both tell of processes", min(silent.sources)),),
        innocent=("agent outage",),
        techniques=("T1562.002",) if kind else ("T1562.001",),
    )
