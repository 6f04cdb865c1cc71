"""The walk over the sorted rows of one body: from events to windows in one pass.

A *window* is a stretch of events of one group, no longer than ``within``, of which the condition holds and
from which neither the first nor the last event can be taken. What must not happen (an *absent* step) cuts the
group: no window goes across it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gamekeeper.analytics.chains.schema import Fact, values_of
from gamekeeper.analytics.chains.states import Picks, state_of
from gamekeeper.engine.correlation.windows import TICKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.analytics.chains.plan import BoundBody
    from gamekeeper.engine.correlation.row_file import RowFile


@dataclass(frozen=True, slots=True)
class Window:
    """One time that a body was complete; ``picks`` are the events that complete it, by role."""

    first: Fact
    last: Fact
    picks: Picks


def facts(file: RowFile, row: int = 0) -> Iterator[Fact]:
    """Yield the acts of a file, from a row on that is the first of one."""
    for event in file.events(row):
        role = min(event.roles)
        yield Fact(event.key, event.time, role, values_of(event.values), event.row, event.stop)


def windows(bound: BoundBody, file: RowFile) -> Iterator[Window]:
    """Yield the windows of a body in the order of their ends, group by group."""
    ticks = bound.body.within_s * TICKS
    absent = {role for role, step in enumerate(bound.body.steps) if step.is_absent}
    key: bytes | None = None
    state, latest = None, -1
    for fact in facts(file):
        if fact.key != key or fact.role in absent or state is None:
            key, latest = fact.key, -1
            state = state_of(bound, _Again(file, fact, absent).of_role)
            if fact.role in absent:
                continue
        state.take(fact)
        start = state.start()
        if start is None or start.row <= latest:
            continue
        latest = start.row
        if fact.time - start.time <= ticks:
            yield Window(start, fact, state.picks())


class _Again:
    """Reads a group a second time, up to where it is cut."""

    def __init__(self, file: RowFile, first: Fact, absent: set[int]) -> None:
        self._file = file
        self._first = first
        self._absent = absent

    def of_role(self, role: int) -> Iterator[Fact]:
        """Yield the events of a role from where the group, or the part of it behind a cut, begins."""
        for fact in facts(self._file, self._first.row):
            if fact.row > self._first.row and (
                fact.key != self._first.key or fact.role in self._absent
            ):
                return
            if fact.role == role:
                yield fact
