"""``temporal_ordered``: all of the rules, one after the other in the order in which they are named."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gamekeeper.engine.correlation.row_file import Event
    from gamekeeper.rules.plan import BoundCorrelation


class TemporalOrdered:
    """For each step the latest time at which a chain that has come so far began.

    That is enough: of two chains that have come equally far, the one that began later lasts longer.
    Events of one time may stand in either order, and one event may stand for several steps.
    """

    def __init__(self, bound: BoundCorrelation) -> None:
        self._steps = len(bound.roles)
        self._ticks = bound.correlation.timespan_s * 10_000_000
        self._began: list[int | None] = [None] * self._steps
        self._instant: list[frozenset[int]] = []  # the roles of all events of the latest time
        self._now = 0

    def enter(self, event: Event) -> None:
        """Carry chains on."""
        if event.time != self._now:
            self._now = event.time
            self._instant.clear()
        self._instant.append(event.roles)
        present = frozenset[int]().union(*self._instant)
        for step in range(self._steps):  # in this order, so that one time may hold several steps
            if step not in present:
                continue
            began = event.time if step == 0 else self._began[step - 1]
            if began is not None:
                self._began[step] = max(began, self._began[step] or began)

    def leave(self, event: Event) -> None:
        """Times tell by themselves what is too old."""

    def measure(self) -> int:
        """Return the number of steps."""
        return self._steps

    def holds(self) -> bool:
        """Say whether a chain that is complete began within the time span."""
        began = self._began[-1]
        return began is not None and self._now - began <= self._ticks

    def may_drop(self, event: Event) -> bool:
        """What comes before the first step is no part of the chain."""
        return 0 not in event.roles
