"""Where copies can be: logs of one host and channel that cover the same time in more than one source.

Nearly always there are none, and then nothing has to be read.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gamekeeper.store.records import Span

#: Exports may round times: by a second at most.
SLACK: Final = 10_000_000
#: Rows that are compared at once at most, where they can be taken apart.
BUNCH_ROWS: Final = 1_000_000

Place = tuple[str, str, str]  # dataset, host, channel


@dataclass(frozen=True, slots=True)
class Part:
    """A file as far as copies are concerned; ``is_new`` where this batch brings it."""

    number: int
    path: str
    dataset: str
    spans: tuple[Span, ...]
    is_new: bool
    batch: int = 0  # the one that brought it, 0 for this one


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows of one part, host and channel that may have copies: from ``first`` to ``last``, ends included.

    Events without a time are part of it where ``timeless``.
    """

    part: int
    host: str
    channel: str
    first: int
    last: int
    timeless: bool
    rows: int


def bunches(parts: Sequence[Part]) -> list[list[Stretch]]:
    """Return the stretches to compare with each other, in bunches of a bounded number of rows.

    Stretches of one dataset, host and channel stay together.
    """
    found: list[list[Stretch]] = []
    dataset, room = "", 0
    for stretches in _by_place(parts):
        rows = sum(stretch.rows for stretch in stretches)
        this = parts[stretches[0].part].dataset
        if this != dataset or rows > room:
            found.append([])
            dataset, room = this, BUNCH_ROWS
        found[-1] += stretches
        room -= rows
    return found


def _by_place(parts: Sequence[Part]) -> Iterable[list[Stretch]]:
    places: dict[Place, list[tuple[int, Span]]] = defaultdict(list)
    fresh = {
        (part.dataset, span.host, span.channel)
        for part in parts
        if part.is_new
        for span in part.spans
    }
    for at, part in enumerate(parts):
        for span in part.spans:
            place = (part.dataset, span.host, span.channel)
            if place in fresh:
                places[place].append((at, span))
    for place in sorted(places):
        stretches = _overlapping(parts, places[place])
        if stretches:
            yield stretches


def _overlapping(parts: Sequence[Part], spans: list[tuple[int, Span]]) -> list[Stretch]:
    """Return what of each span another source covers too, one of both being new."""
    found: dict[int, Stretch] = {}
    fresh = [(part, span) for part, span in spans if parts[part].is_new]
    for part, span in fresh:
        for other_part, other in spans:
            if other.source == span.source:
                continue
            window = _window(span, other)
            if window is not None:
                _widen(found, part, span, window)
                _widen(found, other_part, other, window)
    return [found[part] for part in sorted(found)]


def _window(one: Span, other: Span) -> tuple[int, int, bool] | None:
    timeless = bool(one.timeless and other.timeless)
    if one.first is None or other.first is None or one.last is None or other.last is None:
        return (0, -1, True) if timeless else None
    first, last = max(one.first, other.first) - SLACK, min(one.last, other.last) + SLACK
    if first > last:
        return (0, -1, True) if timeless else None
    return first, last, timeless


def _widen(found: dict[int, Stretch], part: int, span: Span, window: tuple[int, int, bool]) -> None:
    first, last, timeless = window
    known = found.get(part)
    if known is not None:
        if known.first <= known.last:
            both = first <= last
            first = min(first, known.first) if both else known.first
            last = max(last, known.last) if both else known.last
        timeless = timeless or known.timeless
    rows = span.rows if known is None else max(known.rows, span.rows)
    found[part] = Stretch(part, span.host, span.channel, first, last, timeless, rows)
