"""The walk over the sorted rows of one body: from events to windows in one pass.

A *window* is a stretch of events of one group, no longer than ``within``, of which the condition holds and
from which neither the first nor the last event can be taken. What must not happen (an *absent* step) cuts the
group: no window goes across it.

Most groups lack a step without which nothing holds: an account logs on every day and steals nothing. They are
told by their steps alone, a batch at a time, and are not walked over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gamekeeper.analytics.chains.ir import StepIs
from gamekeeper.analytics.chains.schema import Fact, halves, values_of
from gamekeeper.analytics.chains.states import Picks, state_of
from gamekeeper.engine.correlation.windows import TICKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gamekeeper.analytics.chains.ir import Body, Term
    from gamekeeper.analytics.chains.plan import BoundBody
    from gamekeeper.engine.correlation.row_file import Event, RowFile


@dataclass(frozen=True, slots=True)
class Window:
    """One time that a body was complete; ``picks`` are the events that complete it, by role."""

    first: Fact
    last: Fact
    picks: Picks


def facts(file: RowFile, row: int = 0) -> Iterator[Fact]:
    """Yield the acts of a file, from a row on that is the first of one."""
    return map(_fact, file.events(row))


def _fact(event: Event) -> Fact:
    role = min(event.roles)
    return Fact(event.key, event.time, role, values_of(event.values), event.row, event.stop)


def living(body: Body, file: RowFile) -> Iterator[Event]:
    """Yield the events of the groups in which the condition could hold: each step has rows enough."""
    least = np.array([1 if s.count.apart_s else s.count.at_least for s in body.steps])
    width, row, start = len(least), 0, 0
    key = np.zeros(0, np.uint64)
    counted = np.zeros(width, np.int64)  # of the group that goes on
    for batch in file.slices(0, file.rows):
        keys = halves(batch.column("key"))
        begins = np.ones(len(keys), bool)
        begins[1:] = (keys[1:] != keys[:-1]).any(axis=1)
        begins[0] = not np.array_equal(key, keys[0])
        group = np.cumsum(begins)
        cells = group * width + batch.column("role").to_numpy()
        counts = np.bincount(cells, minlength=(group[-1] + 1) * width).reshape(-1, width)
        counts[0] += counted
        borders = [start, *(np.flatnonzero(begins) + row).tolist()]
        may_hold = _may_hold(body, body.condition, counts >= least)
        for at in np.flatnonzero(may_hold[:-1]).tolist():
            yield from file.events(borders[at], borders[at + 1])
        key, counted, start = keys[-1], counts[-1], borders[-1]
        row += len(keys)
    if _may_hold(body, body.condition, (counted >= least)[None])[0]:
        yield from file.events(start, row)


def _may_hold(body: Body, term: Term, done: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Say of each group, by the steps that may be done there, whether a condition may hold."""
    if isinstance(term, StepIs):
        place = [step.name for step in body.steps].index(term.step)
        return done[:, place]
    held = [_may_hold(body, one, done) for one in term.terms]
    found: NDArray[np.bool_] = np.sum(held, axis=0) >= term.number
    return found


def windows(bound: BoundBody, file: RowFile) -> Iterator[Window]:
    """Yield the windows of a body in the order of their ends, group by group."""
    ticks = bound.body.within_s * TICKS
    absent = {role for role, step in enumerate(bound.body.steps) if step.is_absent}
    key: bytes | None = None
    state, latest = None, -1
    for fact in map(_fact, living(bound.body, file)):
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
