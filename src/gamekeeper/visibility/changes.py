"""What each change would open, and which one opens most for its effort.

A change opens a cell of a question where that was blind or partly seen and would be seen with the change in
force, on days from the first event of the host to its last: on others no setting would have helped, nor does
collecting a log give back what a break took from one that is there. Chains
and behaviours count alike, each by its hosts and days; the sum is divided by the declared effort.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from gamekeeper.model.visibility import Change, Opened
from gamekeeper.visibility.coverage import NOT_ASKED, fits
from gamekeeper.visibility.ground import settings_of
from gamekeeper.visibility.questions import BEHAVIOUR, CHAIN
from gamekeeper.visibility.tables import settings
from gamekeeper.visibility.terms import Sights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gamekeeper.visibility.coverage import Answers
    from gamekeeper.visibility.questions import Question


class Changes:
    """Every change that some question lacks, with what it would open."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._asked = [
            one
            for one in answers.questions.values()
            if one.term is not None and one.kind in (CHAIN, BEHAVIOUR) and fits(answers.scope, one)
        ]
        self._own = answers.scope.own_days()
        self._known: dict[str, Opened] = {}
        self._open: dict[tuple[object, ...], NDArray[np.int64]] = {}

    @cached_property
    def ranked(self) -> tuple[Opened, ...]:
        """Return the changes that open something, the best for its effort first."""
        found = [self.of(name) for name in settings_of(self._answers.ground.keys)]
        return tuple(
            sorted(
                (one for one in found if one.host_days),
                key=lambda one: (-one.per_effort, one.change.effort, one.change.id),
            )
        )

    def of(self, name: str) -> Opened:
        """Return what one setting would open."""
        if name not in self._known:
            self._known[name] = self._opened(name)
        return self._known[name]

    def _opened(self, name: str) -> Opened:
        ground = self._answers.ground
        change = change_of(name)
        if not settings()[name].opens:
            return Opened(change, (), (), (), 0, 0.0)
        sights, is_whole = Sights(ground.opened(name)), ~ground.is_broken(name)
        hosts = np.zeros(ground.shape[0], bool)
        gained: dict[str, int] = {}
        gains: dict[tuple[object, ...], NDArray[np.bool_]] = {}
        for one in self._asked:
            alike = one.term, one.on
            if alike not in gains:
                gains[alike] = self._gain(one, sights) & is_whole
            if gains[alike].any():
                gained[one.id] = int(gains[alike].sum())
                hosts |= gains[alike].any(axis=1)
        kinds = self._answers.questions
        total = sum(gained.values())
        return Opened(
            change,
            tuple(
                host for host, is_in in zip(self._answers.scope.hosts, hosts, strict=True) if is_in
            ),
            tuple(name for name in gained if kinds[name].kind == CHAIN),
            tuple(name for name in gained if kinds[name].kind == BEHAVIOUR),
            total,
            round(total / change.effort, 1),
        )

    def _gain(self, one: Question, sights: Sights) -> NDArray[np.bool_]:
        ground, grid = self._answers.ground, self._answers.grids[one.id]
        assert one.term is not None  # as chosen
        opens = sights.of(one.term) == 2
        alike = one.term, one.on
        if alike not in self._open:
            cells = ground.pattern[self._is_open(one)]
            self._open[alike] = np.bincount(cells, minlength=ground.patterns)
        # Most changes open nothing of most questions, which their patterns tell.
        if not self._open[alike][opens].any():
            return np.zeros(grid.shape, bool)
        found: NDArray[np.bool_] = opens[ground.pattern] & self._is_open(one)
        return found

    def _is_open(self, one: Question) -> NDArray[np.bool_]:
        """Return the cells that a change could open."""
        grid = self._answers.grids[one.id]
        is_open: NDArray[np.bool_] = (grid < 2) & (grid != NOT_ASKED) & self._own
        return is_open


def change_of(name: str) -> Change:
    """Return a setting as results show it."""
    one = settings()[name]
    return Change(one.id, one.text, one.effort, one.commands, one.policy)
