"""Merges and splits: are pairs of signals in one incident where they belong to one story?

Precision falls where incidents hold signals of several stories, or of a story and of none; recall falls
where the signals of one story are spread over incidents.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING

from gamekeeper.evaluation.joining import is_signal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gamekeeper.evaluation.joining import Joined
    from gamekeeper.evaluation.truth import Truth


@dataclass(frozen=True, slots=True)
class Pairs:
    """Counts of pairs of signals."""

    together: int  # in one incident, at least one of them in a story
    right: int  # of these, in one story
    of_one_story: int  # in one story, in whichever incidents

    @property
    def precision(self) -> float | None:
        """The share of pairs in one incident that belong to one story."""
        return self.right / self.together if self.together else None

    @property
    def recall(self) -> float | None:
        """The share of pairs of one story that are in one incident."""
        return self.right / self.of_one_story if self.of_one_story else None


def pairs(joined: Iterable[Joined], truth: Truth) -> Pairs:
    """Count pairs over all signals that are no context; one that is about several stories counts for each."""
    stories: Counter[str] = Counter()
    together = right = 0
    for one in joined:
        inside: Counter[str] = Counter()
        strangers = 0
        for step, labels in zip(one.incident.steps, one.labels, strict=True):
            if not labels and not is_signal(step, truth):
                continue
            names = {truth.steps[position].story for position in labels}
            inside.update(names)
            strangers += not names
        known = inside.total()
        together += comb(known, 2) + known * strangers
        right += sum(comb(count, 2) for count in inside.values())
        stories.update(inside)
    return Pairs(together, right, sum(comb(count, 2) for count in stories.values()))
