"""How windows move over the events of a group, and which stretches of it are a match.

Two ways of moving, by what is asked. What can only grow with more events (*at least so many*, all of these
rules) is asked of the time span that ends at each event: it *slides*, and time spans that satisfy the
condition and share events are one match. What more events could undo (*at most*, *exactly*, averages,
medians) is asked of whole spans: they *tile* the time of a group, each beginning with the first event
behind the one before. Either way no record is in two matches.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gamekeeper.engine.correlation.row_file import Event, RowFile

TICKS: Final = 10_000_000  # of a second

#: What a window measures: a count, an exact sum, a percentile.
Measure = int | float | Fraction | None


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of rows that is a match, and what was measured: the most, where a window slid."""

    row: int
    stop: int
    measured: Measure = None


class Window(Protocol):
    """What is known of the events between two ends."""

    def enter(self, event: Event) -> None:
        """Take an event at the leading end."""

    def leave(self, event: Event) -> None:
        """Give up an event at the trailing end."""

    def measure(self) -> Measure:
        """Return the number that the condition is about; None where it cannot be told."""

    def holds(self) -> bool:
        """Say whether the condition is true of what is inside."""

    def may_drop(self, event: Event) -> bool:
        """Say whether the oldest event matters no more, though it is within the time span."""


def slide(file: RowFile, ticks: int, make: Callable[[], Window]) -> Iterator[Span]:
    """Yield the stretches that windows which end at each event, hold and overlap have in common."""
    ahead, behind = file.events(), file.events()
    window = make()
    oldest: Event | None = None
    open_: Span | None = None
    for event in ahead:
        if oldest is None or oldest.key != event.key:
            if open_:
                yield open_
            window, open_ = make(), None
            oldest = _caught_up(behind, event)
        window.enter(event)
        while oldest.row < event.row and (
            event.time - oldest.time > ticks or window.may_drop(oldest)
        ):
            window.leave(oldest)
            oldest = next(behind)
        if not window.holds():
            continue
        if open_ and oldest.row >= open_.stop:
            yield open_
            open_ = None
        open_ = _grown(open_, oldest, event, window.measure())
    if open_:
        yield open_


def _caught_up(behind: Iterator[Event], event: Event) -> Event:
    return next(other for other in behind if other.row >= event.row)


def _grown(open_: Span | None, oldest: Event, event: Event, measured: Measure) -> Span:
    if open_ is None:
        return Span(oldest.row, event.stop, measured)
    known = open_.measured
    most = measured if known is None or measured is None else max(known, measured)
    return Span(open_.row, event.stop, most)


def tile(file: RowFile, ticks: int, make: Callable[[], Window]) -> Iterator[Span]:
    """Yield the time spans, one behind the other in each group, whose content satisfies the condition."""
    window, first, stop = make(), None, 0
    for event in file.events():
        if first is None or event.key != first.key or event.time - first.time > ticks:
            if first is not None and window.holds():
                yield Span(first.row, stop, window.measure())
            window, first = make(), event
        window.enter(event)
        stop = event.stop
    if first is not None and window.holds():
        yield Span(first.row, stop, window.measure())
