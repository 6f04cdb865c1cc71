"""Somebody chose what was collected: a query, a list of event kinds, a period.

For, in a choice of records: the file's own numbers go on from 1 where EventRecordIDs jump, so that the
records were never written to it. For, in a text or a collector's log: the whole file, every host and
channel of it, holds nothing of that time; or records lack all over the copy, as where a filter drops kinds
of events. For, between copies: one of both was exported, and whoever did so chose its bounds. Weakly for: the
file holds nothing of most of that time; it lacks records in more than a few places of all its logs; it holds
records of several hosts and numbers them from 1. Against: the file speaks of that time, and lacks little
else.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.between import gap_at
from gamekeeper.integrity.leftovers import FEW, Leftover, Way, leftovers
from gamekeeper.integrity.natures import EXPORTS, FORWARDED, is_numbered_anew, natures
from gamekeeper.integrity.quiet import quiet
from gamekeeper.model.breaks import Evidence, Explanation, Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.model.breaks import Anomaly

#: Share of the time of a gap of which a file may hold nothing before that says something.
_MOST: Final = 0.5


class CollectionWindow:
    """Explains records that are missing by what was collected."""

    name = "collection window"

    def weigh(self, anomaly: Anomaly, facts: Facts) -> Explanation | None:
        """Hold the way in which records lack against an anomaly."""
        leftover = next((one for one in leftovers(facts) if _is_of(one, anomaly)), None)
        if leftover is not None:
            return self._left_out(leftover, facts)
        gap = gap_at(facts, anomaly)
        if gap is None:
            return None
        chosen = {copy.source: copy.kind for copy in (gap.earlier, gap.later)}
        bounds = tuple(
            Evidence(f"this copy is a {kind}: somebody chose its bounds", source)
            for source, kind in chosen.items()
            if kind in EXPORTS or kind == FORWARDED
        )
        return Explanation(self.name, Strength.STRONG if bounds else Strength.NONE, bounds)

    def _left_out(self, one: Leftover, facts: Facts) -> Explanation:
        source = one.copy.source
        if one.way is Way.CHOSEN:
            known = natures(facts)[source].because
            because = tuple(Evidence(text, source) for text in known)
            return Explanation(self.name, Strength.STRONG, because)
        if one.way is Way.WINDOW:
            text = "the whole file holds nothing of that time, of any host and channel"
            return Explanation(self.name, Strength.STRONG, (Evidence(text, source),))
        if one.way is Way.SCATTERED:
            text = f"records lack in {len(one.places)} places, all over the copy"
            return Explanation(self.name, Strength.STRONG, (Evidence(text, source),))
        because = tuple(Evidence(text, source) for text in _hints(one, facts))
        against = (Evidence("the file holds other records of that time", source),)
        return Explanation(self.name, Strength.WEAK if because else Strength.NONE, because, against)


def _hints(one: Leftover, facts: Facts) -> Iterator[str]:
    """Yield what the file as a whole says of a place that stands alone in its log."""
    source, spoken = one.copy.source, quiet(facts)
    if one.start is not None and one.stop is not None and spoken.has_witnesses(source):
        silence = spoken.silence(source, one.start, one.stop)
        if silence > _MOST:
            yield f"the whole file holds nothing of {silence:.0%} of that time"
    places = facts.once("places that lack", _places)[source]
    if places > FEW:
        yield f"records lack in {places} places of this file, of all its logs"
    if is_numbered_anew(facts, source):
        yield "whoever wrote the file numbered its records from 1, of several hosts together"


def _places(facts: Facts) -> Counter[int]:
    """Count, by file, places in which records lack and of which the time says nothing."""
    found: Counter[int] = Counter()
    for one in leftovers(facts):
        if one.way in (Way.SCATTERED, Way.ALONE):
            found[one.copy.source] += len(one.places)
    return found


def _is_of(one: Leftover, anomaly: Anomaly) -> bool:
    copy = one.copy
    return (copy.source, copy.host, copy.channel, one.records) == (
        anomaly.source,
        anomaly.host,
        anomaly.channel,
        anomaly.records,
    )
