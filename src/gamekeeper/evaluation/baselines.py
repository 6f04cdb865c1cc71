"""What windows of time alone would give: random ones, and one incident that holds everything."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final

from gamekeeper.evaluation.joining import MOST_CITED

if TYPE_CHECKING:
    from gamekeeper.evaluation.joining import Key
    from gamekeeper.evaluation.outcome import Moment, Outcome
    from gamekeeper.evaluation.truth import TrueStep, Truth

_DRAWS: Final = 200


@dataclass(frozen=True, slots=True)
class Baseline:
    """Mean recall over many draws: by the window alone, and where a cited event has to be an artefact."""

    by_window: float
    by_key: float | None


class Matches:
    """All matches of a hunt in order of time."""

    def __init__(self, outcome: Outcome) -> None:
        self.rows = sorted(outcome.matches, key=lambda row: row[1][1])
        self._times = [time for _, (_, time) in self.rows]

    def between(self, first: int, last: int) -> list[tuple[str, Moment]]:
        """Return the matches of a span of time."""
        return self.rows[bisect_left(self._times, first) : bisect_right(self._times, last)]


def random_windows(outcome: Outcome, truth: Truth, key: Key | None, count: int) -> Baseline:
    """Lay as many windows as there are incidents, as long as true ones, anywhere; each cites five matches."""
    rng = Random(f"windows {len(truth.steps)}")  # noqa: S311 - a baseline, no secret
    matches = Matches(outcome)
    start = min(step.first for step in truth.steps)
    stop = max(step.last for step in truth.steps)
    seen = proved = 0
    for _ in range(_DRAWS):
        cited: list[tuple[str, Moment]] = []
        for _ in range(count):
            true = rng.choice(truth.steps)
            at = rng.randint(start, stop)
            inside = matches.between(at, at + true.last - true.first)
            cited += rng.sample(inside, min(MOST_CITED, len(inside)))
        seen += sum(_is_seen(step, cited) for step in truth.steps)
        proved += sum(_is_proved(step, cited, key) for step in truth.steps)
    return _mean(seen, proved, truth, key)


def one_incident(outcome: Outcome, truth: Truth, key: Key | None) -> Baseline:
    """Put everything into one incident, which for each true step cites five matches of its window."""
    rng = Random(f"one {len(truth.steps)}")  # noqa: S311 - a baseline, no secret
    matches = Matches(outcome)
    seen = proved = 0
    for _ in range(_DRAWS):
        for step in truth.steps:
            inside = matches.between(step.first, step.last)
            cited = rng.sample(inside, min(MOST_CITED, len(inside)))
            seen += _is_seen(step, cited)
            proved += _is_proved(step, cited, key)
    return _mean(seen, proved, truth, key)


def _mean(seen: int, proved: int, truth: Truth, key: Key | None) -> Baseline:
    whole = _DRAWS * len(truth.steps)
    return Baseline(seen / whole, None if key is None else proved / whole)


def _cited_of(step: TrueStep, cited: list[tuple[str, Moment]]) -> list[str]:
    return [
        event
        for event, (host, time) in cited
        if step.first <= time <= step.last and host in step.hosts
    ]


def _is_seen(step: TrueStep, cited: list[tuple[str, Moment]]) -> bool:
    return bool(_cited_of(step, cited))


def _is_proved(step: TrueStep, cited: list[tuple[str, Moment]], key: Key | None) -> bool:
    return key is not None and any((event, step.name) in key for event in _cited_of(step, cited))
