"""Records that an export, a collector or a forwarder does not have, and no other copy either.

Sees: EventRecordIDs that lack inside such a copy, told apart by the way in which they lack (a query chose,
the file has nothing of that time, it has nothing of that host, records lack here and there, or in a few
places that nothing explains), as one anomaly a way; places that stand alone are told one by one.

What else explains it: nearly everything innocent. Exports are filtered and bounded, subscriptions choose
kinds of events, agents lose their connection. Nothing here is more than possible by itself.

Blind: records taken from among those that a filter drops anyway; a copy that ends early.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.leftovers import Way, leftovers
from gamekeeper.model.breaks import Anomaly, Evidence, Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.integrity.leftovers import Leftover

_TEXTS: Final = {
    Way.CHOSEN: "not chosen when the file was written",
    Way.WINDOW: "of a time of which the file holds nothing",
    Way.OUTAGE: "of a time of which the file holds nothing of this host",
    Way.SCATTERED: "missing here and there",
    Way.ALONE: "missing",
}
#: Places of which both sides are given as evidence.
_SHOWN: Final = 5


class LeftOut:
    """Looks for records that a copy does not have."""

    name = "left_out"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a copy and way."""
        for one in leftovers(facts):
            yield _anomaly(one)


def _anomaly(one: Leftover) -> Anomaly:
    largest = sorted(one.places, key=lambda place: (-place.size, place.first))[:_SHOWN]
    return Anomaly(
        check=LeftOut.name,
        text=f"{_counted(one)} {_TEXTS[one.way]}",
        tampering="records removed",
        strength=Strength.WEAK,
        host=one.copy.host,
        channel=one.copy.channel,
        start=one.start,
        stop=one.stop,
        records=one.records,
        source=one.copy.source,
        evidence=tuple(side for place in largest for side in _sides(place.sides(), place.size)),
        innocent=("collection window", "agent outage"),
    )


def _counted(one: Leftover) -> str:
    first, last = one.records
    if one.size == 1:
        return (
            f"record {first} of a copy of the log:"
            if first == last
            else "one record of a copy of the log:"
        )
    single = len(one.places) == 1 and one.places[0].is_single
    where = f"{first} to {last}" if single else f"in several places from {first} to {last}"
    return f"{one.size} records of a copy of the log, {where}:"


def _sides(sides: tuple[Evidence, Evidence], size: int) -> tuple[Evidence, Evidence]:
    before, after = sides
    text = f"{before.text}; {size} are missing"
    return Evidence(text, before.source, before.offset, before.record, before.filetime), after
