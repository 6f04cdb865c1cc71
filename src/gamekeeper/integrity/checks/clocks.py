"""Clocks that were set: times on records that cannot be believed.

Sees: records whose numbers go on while their times step back by two minutes and more; changes of the clock
by two minutes and more that a person, or a program that keeps no time, made (4616, Kernel-General 1).

What else explains it: synchronisation, waking from sleep, a virtual machine that was paused; records of a
start, which wait in the kernel and are written late.

Blind: a clock that was only set forward looks like a silence where 4616 is not audited; exports that carry
no record numbers or another order; a snapshot that was restored takes the records with it, and shows as a
log that starts anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.integrity.clock_changes import ClockChange, clock_changes
from gamekeeper.integrity.machines import MINUTE, SECOND
from gamekeeper.model.breaks import Anomaly, Evidence, Strength
from gamekeeper.model.durations import duration_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.facts import Facts

#: Steps that count: threads, kernel buffers and small corrections move times by less.
_LEAST: Final = 2 * MINUTE
#: Steps that no disorder of writing makes.
_LARGE: Final = 10 * MINUTE
_TECHNIQUES: Final = ("T1070.006",)


class Clocks:
    """Looks for clocks that were set."""

    name = "clocks"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a step back, and one a change by hand."""
        seen: set[tuple[object, ...]] = set()
        for step in _steps_back(facts):
            same = (step.host, step.channel, step.records, step.start)
            if same not in seen:  # copies of one log show the same step
                seen.add(same)
                yield step
        for changes in clock_changes(facts).values():
            last = None
            for change in changes:
                by_hand = not change.is_kept and abs(change.by) >= _LEAST
                told = last is not None and abs(change.new - last.new) <= 5 * SECOND
                if by_hand and not told:  # Security and System tell one change
                    yield _by_hand(change)
                    last = change


def _steps_back(facts: Facts) -> Iterator[Anomaly]:
    spans = facts.table("spans")
    if spans.num_rows < 2:
        return
    first, last = (spans[name].to_numpy() for name in ("first_id", "last_id"))
    begin = spans["first_time"].fill_null(np.iinfo(np.int64).max).to_numpy()
    end = spans["last_time"].fill_null(np.iinfo(np.int64).min).to_numpy()
    follows = first[1:] == last[:-1] + 1
    back = (begin[1:] < end[:-1]) & follows
    back[back] = (end[:-1] - begin[1:])[back] >= _LEAST
    for at in np.flatnonzero(back).tolist():
        before, after = spans.slice(at, 1).to_pylist()[0], spans.slice(at + 1, 1).to_pylist()[0]
        same_log = all(before[name] == after[name] for name in ("host", "channel", "source"))
        if same_log:
            yield _step_back(before, after)


def _step_back(before: dict[str, int], after: dict[str, int]) -> Anomaly:
    step = before["last_time"] - after["first_time"]
    place = before["source"]
    text = f"Records go on while their times step back by {duration_text(step)}"
    return Anomaly(
        check=Clocks.name,
        text=text,
        tampering="clock set",
        strength=Strength.STRONG if step >= _LARGE else Strength.WEAK,
        host=str(before["host"]),
        channel=str(before["channel"]),
        start=after["first_time"],
        stop=before["last_time"],
        records=(before["last_id"], after["first_id"]),
        source=place,
        evidence=(
            Evidence(
                "the last record before",
                place,
                before["last_offset"],
                before["last_id"],
                before["last_time"],
            ),
            Evidence(
                "the first record after",
                place,
                after["first_offset"],
                after["first_id"],
                after["first_time"],
            ),
        ),
        innocent=("clock sync", "sleep", "reboot", "crash"),
        techniques=_TECHNIQUES,
    )


def _by_hand(change: ClockChange) -> Anomaly:
    way = "back" if change.by < 0 else "forward"
    with_ = f" with {change.program}" if change.program else ""
    text = f"{change.who} set the clock {way} by {duration_text(abs(change.by))}{with_}"
    return Anomaly(
        check=Clocks.name,
        text=text,
        tampering="clock set",
        strength=Strength.STRONG,
        host=change.event.host,
        start=min(change.old, change.new),
        stop=max(change.old, change.new),
        source=change.event.source,
        evidence=(change.event.evidence(f"{change.event.code}: {text}"),),
        innocent=("clock sync",),
        techniques=_TECHNIQUES,
    )
