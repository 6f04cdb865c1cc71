"""Alerts labelled by phases of an attack as a truth: which alerts of a hunt belong to which phase.

A phase is a true step: its hosts, the times of its alerts. All phases are one story, as the attack is one.
Two labels are kept apart: that an alert came *during* a phase, which innocent ones do as well, and that the
attack *caused* it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gamekeeper.errors import UsageError
from gamekeeper.evaluation.outcome import short

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gamekeeper.evaluation.outcome import Moment, Outcome

#: Columns by which a file of labels is known.
COLUMNS: Final = frozenset({"time", "host", "time_label", "event_label"})
_INNOCENT: Final = "false_positive"
_NO_CAUSE: Final = "-"
_HEADER_LINES: Final = 1


@dataclass(frozen=True, slots=True)
class Label:
    """One row: the phase in which it came, "" for none, and whether the attack caused it."""

    moment: Moment
    phase: str
    is_caused: bool


@dataclass(frozen=True, slots=True)
class Labels:
    """All rows, by the number of their line."""

    rows: dict[int, Label]

    def phases(self) -> dict[str, list[Moment]]:
        """Return the moments of each phase, the earliest phase first."""
        found: dict[str, list[Moment]] = defaultdict(list)
        for label in self.rows.values():
            if label.phase:
                found[label.phase].append(label.moment)
        return dict(sorted(found.items(), key=lambda item: min(time for _, time in item[1])))

    def caused(self) -> frozenset[str]:
        """Return the phases of which some alert was caused by the attack, as the labels say."""
        return frozenset(label.phase for label in self.rows.values() if label.is_caused)

    def key(self, outcome: Outcome, *, caused_only: bool = False) -> frozenset[tuple[str, str]]:
        """Return (event id, phase) of the matches of a hunt that belong to a phase.

        A match is a row where line, host and time are the row's. A hunt that read another copy knows other
        lines: there an alert is of a phase where all alerts of its host and second are.
        """
        by_moment = self._by_moment(caused_only=caused_only)
        found = set()
        for event, moment in outcome.matches:
            label = self.rows.get(outcome.lines.get(event, -1))
            if label is not None and label.moment == moment:
                phase = label.phase if label.is_caused or not caused_only else ""
            else:
                phase = by_moment.get(moment, "")
            if phase:
                found.add((event, phase))
        return frozenset(found)

    def _by_moment(self, *, caused_only: bool) -> Mapping[Moment, str]:
        phases: dict[Moment, set[str]] = defaultdict(set)
        for label in self.rows.values():
            phases[label.moment].add(label.phase if label.is_caused or not caused_only else "")
        return {moment: next(iter(names)) for moment, names in phases.items() if len(names) == 1}


def labels_of(rows: Iterable[dict[str, str]]) -> Labels:
    """Return the labels of a file's rows, of which each is one line."""
    found: dict[int, Label] = {}
    for number, row in enumerate(rows, 1 + _HEADER_LINES):
        try:
            time = round(float(row["time"]) * 1_000_000)
        except ValueError:
            raise UsageError(f"line {number}: {row['time']!r} is no time in seconds") from None
        phase = row["time_label"]
        phase = "" if phase == _INNOCENT else phase
        is_caused = bool(phase) and row["event_label"] not in ("", _NO_CAUSE)
        found[number] = Label((short(row["host"]), time), phase, is_caused)
    return Labels(found)
