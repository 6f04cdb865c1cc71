"""Windows of chains held against the slow truth, group by group, while they are found."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Final

from gamekeeper.analytics.chains.reference import stretches
from gamekeeper.analytics.chains.walk import facts
from gamekeeper.errors import ParanoiaError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.analytics.chains.plan import BoundBody
    from gamekeeper.analytics.chains.schema import Fact
    from gamekeeper.analytics.chains.walk import Window
    from gamekeeper.engine.correlation.row_file import RowFile

#: Events of a group that the slow truth is asked about.
LARGEST: Final = 40


def checked(bound: BoundBody, file: RowFile, found: Iterator[Window]) -> Iterator[Window]:
    """Yield the windows; raise ParanoiaError at the first group that the slow truth sees otherwise."""
    waiting = next(found, None)
    for key, members in groupby(facts(file), key=lambda fact: fact.key):
        # One more than is looked at tells that there are more.
        group = [fact for _, fact in zip(range(LARGEST + 1), members, strict=False)]
        seen: list[tuple[int, int]] = []
        while waiting is not None and waiting.last.key == key:
            yield waiting
            seen.append((waiting.first.row, waiting.last.row))
            waiting = next(found, None)
        if len(group) <= LARGEST:
            _compare(bound, group, seen)


def _compare(bound: BoundBody, group: list[Fact], seen: list[tuple[int, int]]) -> None:
    expected = [(group[a].row, group[b].row) for a, b in stretches(bound, group)]
    if seen == expected:
        return
    extra, lacking = (
        list((Counter(a) - Counter(b)).elements()) for a, b in ((seen, expected), (expected, seen))
    )
    odd, what = (lacking[0], "missed") if lacking else (extra[0], "invented")
    raise ParanoiaError(
        f"a chain ({bound.part or 'body'} {bound.number}) {what} a window of rows {odd[0]} to {odd[1]} in a "
        f"group of {len(group)} events; please report it with chain and events"
    )
