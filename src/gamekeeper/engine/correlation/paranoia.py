"""Windows held against the slow truth, group by group, while they move.

The slow truth looks at every window as a whole, again and again: of a large group it would never come back.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

import orjson

from gamekeeper.engine.correlation.reference import Fact, stretches
from gamekeeper.engine.correlation.windows import Span
from gamekeeper.errors import ParanoiaError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.engine.correlation.row_file import Event, RowFile
    from gamekeeper.rules.plan import BoundCorrelation

#: Events of a group that the slow truth is asked about.
LARGEST: Final = 300


def checked(bound: BoundCorrelation, file: RowFile, found: Iterator[Span]) -> Iterator[Span]:
    """Yield the spans that were found; raise ParanoiaError at the first that the slow truth sees otherwise.

    Groups of more than ``LARGEST`` events are passed on as they are.
    """
    waiting = next(found, None)
    for _, members in groupby(file.events(), key=lambda event: event.key):
        # One more than is looked at tells that there are more.
        group = [event for _, event in zip(range(LARGEST + 1), members, strict=False)]
        stop = group[-1].stop
        for event in members:
            stop = event.stop
        spans: list[Span] = []
        while waiting is not None and waiting.row < stop:
            yield waiting
            if len(group) <= LARGEST:
                spans.append(waiting)
            waiting = next(found, None)
        if len(group) <= LARGEST:
            _compare(bound, group, spans)


def _compare(bound: BoundCorrelation, group: list[Event], found: list[Span]) -> None:
    facts = [
        Fact(event.key, event.time, event.roles, tuple(orjson.loads(event.values)))
        for event in group
    ]
    expected = [
        Span(group[one.first].row, group[one.last].stop, one.measured)
        for one in stretches(bound, facts)
    ]
    if found == expected:
        return
    odd = next(span for span in (*found, *expected) if span not in found or span not in expected)
    what = "missed" if odd in expected else "invented"
    raise ParanoiaError(
        f"correlation {bound.correlation.id} {what} a match of rows {odd.row} to {odd.stop - 1}, in a "
        f"group of {len(group)} events; please report it with rule and events"
    )
