"""From counts to sights: does a log cover a day, would an event have been recorded, are fields filled?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.integrity.gathering.hours import HOUR
from gamekeeper.integrity.timeline import SCORES
from gamekeeper.model.breaks import Standing
from gamekeeper.visibility.scope import reach
from gamekeeper.visibility.tables import channels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gamekeeper.model.breaks import Timeline
    from gamekeeper.visibility.scope import Scope
    from gamekeeper.visibility.seen import Seen
    from gamekeeper.visibility.tables import Switched

    Sights = NDArray[np.int8]

#: Share of events that fill a field for it to count as filled.
MOST: Final = 0.9
#: Fields that only some variants of an event fill, and not always: one that does shows that the field is
#: kept, and only many that do not show that it is lost.
_OF_VARIANTS: Final = {("security", 4624, "IpAddress"): ("3", "10")}
_MANY: Final = 20
#: Days on which a daily event was seen before its absence on another says something.
_HABIT_DAYS: Final = 3


class Recorded:
    """Sights of single atoms over the cells of a scope."""

    def __init__(self, seen: Seen, timeline: Timeline | None = None) -> None:
        self._seen = seen
        self.shape = seen.scope.shape
        #: The most that each log's integrity allows, for the logs with a break.
        self.lowered = _lowered(seen, timeline)
        self._covers: dict[str, Sights] = {}

    def cover(self, channel: str) -> Sights:
        """Return how far a log covers each day, lowered where its integrity is broken."""
        if channel not in self._covers:
            self._covers[channel] = self._cover(channel)
        return self._covers[channel]

    def _cover(self, channel: str) -> Sights:
        scope = self._seen.scope
        known = channels().get(channel)
        first, last = self._seen.reach_of(channel)
        if known is not None and known.is_state:
            is_there = np.broadcast_to((last >= first)[:, None], self.shape)
            return np.where(is_there, np.int8(2), np.int8(0))
        lo, hi = first[:, None], last[:, None]
        is_whole = (lo <= scope.needed_from) & (hi >= scope.needed_to)
        is_part = (lo <= scope.needed_to) & (hi >= scope.needed_from)
        found = np.where(is_whole, np.int8(2), np.where(is_part, np.int8(1), np.int8(0)))
        return np.minimum(found, self.lowered.get(channel, np.int8(2)))

    def reaches_back(self, channel: str, days: int, *, is_own: bool) -> Sights:
        """Return whether a log had been there for so many days when a day began, here or on any host.

        What is asked about a period only is not remembered from before it.
        """
        scope = self._seen.scope
        hosts, hour = self._seen.hours_of(channel)
        never = np.iinfo(np.int64).max // 2
        first = np.full(self.shape[0], never, np.int64)
        np.minimum.at(first, hosts, hour)
        if not is_own and len(first):
            first[:] = first.min()
        begins = scope.days // HOUR
        if len(begins):
            first = np.maximum(first, begins[0])
        is_known = begins[None, :] - first[:, None] >= days * 24
        return np.where(is_known, np.int8(2), np.int8(0))

    def switched(self, switch: Switched) -> Sights:
        """Return whether events that need a setting would have been recorded."""
        proof = self._seen.events(switch.channel, switch.proof, switch.variant or None) > 0
        if switch.is_one_for_all:
            proof = np.broadcast_to(proof.any(axis=0, keepdims=True), self.shape)
        host, day = np.nonzero(proof)
        first, last = reach(host, day, self.shape[0])
        columns = np.arange(self.shape[1])[None, :]
        is_on = (first[:, None] <= columns) & (columns <= last[:, None])
        if switch.is_daily:
            is_habit = proof.sum(axis=1, keepdims=True) >= _HABIT_DAYS
            speaks = self._seen.events(switch.channel) > 0
            is_on &= ~(is_habit & speaks & ~proof)
        found = np.where(is_on, np.int8(2), np.int8(0))
        if switch.in_part_by_itself:
            found = np.maximum(found, np.minimum(self.cover(switch.channel), np.int8(1)))
        return found

    def filled(self, channel: str, number: int, field: str) -> Sights:
        """Return whether a field says something; on a day without such events, as on the host's others."""
        variants = _OF_VARIANTS.get((channel, number, field), (None,))
        events = np.sum([self._seen.events(channel, (number,), one) for one in variants], axis=0)
        filled = np.sum(
            [self._seen.events(channel, (number,), one, field) for one in variants], axis=0
        )
        all_events = np.broadcast_to(events.sum(axis=1, keepdims=True), self.shape)
        all_filled = np.broadcast_to(filled.sum(axis=1, keepdims=True), self.shape)
        if variants != (None,):
            is_lost = (all_events >= _MANY) & (all_filled == 0)
            return np.where(is_lost, np.int8(0), np.int8(2))
        share = np.where(events > 0, filled, all_filled) / np.maximum(
            np.where(events > 0, events, all_events), 1
        )
        found = np.where(share >= MOST, np.int8(2), np.where(share > 0, np.int8(1), np.int8(0)))
        return np.where(all_events > 0, found, np.int8(2))


def _lowered(seen: Seen, timeline: Timeline | None) -> dict[str, Sights]:
    """Return the most that each log's integrity allows, for the logs with a break."""
    found: dict[str, Sights] = {}
    for batch in timeline.to_batches() if timeline is not None else ():
        score = batch["score"].to_numpy()
        rows = batch.filter(pa.array(score <= SCORES[Standing.POSSIBLE]))
        if rows.num_rows:
            _lower(found, seen.scope, rows)
    return found


def _lower(found: dict[str, Sights], scope: Scope, rows: pa.RecordBatch) -> None:
    """Take rows of a timeline with a break."""
    host = scope.host_rows(rows["host"].to_pylist())
    day = scope.day_columns(rows["hour"].to_numpy())
    most = np.where(rows["score"].to_numpy() <= SCORES[Standing.LIKELY], 0, 1).astype(np.int8)
    for at, channel in enumerate(rows["channel"].to_pylist()):
        if host[at] >= 0 and day[at] >= 0:
            grid = found.setdefault(channel, np.full(scope.shape, 2, np.int8))
            cell = host[at], day[at]
            grid[cell] = min(grid[cell], most[at])
