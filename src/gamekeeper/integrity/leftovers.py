"""What exports, collectors and forwarders do not have, by the way in which it is missing.

*Chosen*: a query let only some records through; the file's own numbers go on where EventRecordIDs jump.
*Window*: the file as a whole has nothing of that time. *Outage*: it has nothing of that host, of others it
has. *Scattered*: records lack here and there, as where a filter drops some kinds. *Alone*: a few places, or
one that is far larger than the others, about which the file itself says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median
from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.clearings import clearing_of
from gamekeeper.integrity.missing import missing
from gamekeeper.integrity.natures import FILTERED_EXPORT, OWN_NUMBERS
from gamekeeper.integrity.quiet import quiet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.integrity.ledger import Copy
    from gamekeeper.integrity.missing import Missing

#: As many places, or fewer, are no pattern.
FEW: Final = 3
#: A place is larger than the rest where it is this many times their middle and more than that many records.
_FAR: Final = 20
_LARGE: Final = 100


class Way(StrEnum):
    """How records are missing."""

    CHOSEN = "chosen"
    WINDOW = "window"
    OUTAGE = "outage"
    SCATTERED = "scattered"
    ALONE = "alone"


@dataclass(frozen=True, slots=True, eq=False)
class Leftover:
    """Records that one copy lacks in one way; those that another copy holds are not counted."""

    way: Way
    copy: Copy
    places: list[Missing] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Records that are in no copy."""
        return sum(one.size - one.held.size for one in self.places)

    @property
    def records(self) -> tuple[int, int]:
        """The first and the last number that is missing."""
        return self.places[0].first, max(one.last for one in self.places)

    @property
    def start(self) -> int | None:
        """When the record before the first place was written."""
        return min((one.start for one in self.places if one.start is not None), default=None)

    @property
    def stop(self) -> int | None:
        """When the record behind the last place was written."""
        return max((one.stop for one in self.places if one.stop is not None), default=None)


def leftovers(facts: Facts) -> Sequence[Leftover]:
    """Return what copies lack that are no whole stretches of a log."""
    return facts.once("leftovers", _leftovers)


def _leftovers(facts: Facts) -> list[Leftover]:
    by_copy: dict[int, list[Missing]] = {}
    for one in missing(facts):
        if not one.is_cut_out and one.copy.kind not in OWN_NUMBERS and one.held.size < one.size:
            by_copy.setdefault(id(one.copy), []).append(one)
    for places in by_copy.values():
        places.sort(key=lambda one: (one.first, one.last))
    return [leftover for places in by_copy.values() for leftover in _sorted(places, facts)]


def _sorted(places: list[Missing], facts: Facts) -> list[Leftover]:
    """Return the places of one copy by the way in which they are missing."""
    copy = places[0].copy
    if copy.kind == FILTERED_EXPORT:
        return [Leftover(Way.CHOSEN, copy, places)]
    windows, outages, rest = [], [], []
    for one in places:
        way = _time(one, facts)
        if way is Way.WINDOW:
            windows.append(one)
        elif way is Way.OUTAGE:
            outages.append(one)
        elif not clearing_of(facts, copy.host, copy.channel, one.start, one.stop):
            rest.append(one)
    single = [one for one in rest if one.is_single]
    alone = rest if rest == single and len(rest) <= FEW else [x for x in single if _is_far(x, rest)]
    scattered = [one for one in rest if one not in alone]
    joined = [(Way.WINDOW, windows), (Way.OUTAGE, outages), (Way.SCATTERED, scattered)]
    return [
        *(Leftover(way, copy, found) for way, found in joined if found),
        *(Leftover(Way.ALONE, copy, [one]) for one in alone),
    ]


def _time(one: Missing, facts: Facts) -> Way | None:
    copy = one.copy
    if one.start is None or one.stop is None:
        return None
    spoken, where = quiet(facts), (one.start, one.stop)
    if spoken.has_witnesses(copy.source) and spoken.file(copy.source, *where):
        return Way.WINDOW
    has_others = spoken.has_others(copy.source, copy.host)
    if has_others and spoken.host(copy.source, copy.host, *where):
        return Way.OUTAGE
    return None


def _is_far(one: Missing, rest: list[Missing]) -> bool:
    return one.size > max(_LARGE, _FAR * median(other.size for other in rest))
