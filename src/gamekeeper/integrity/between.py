"""Record numbers between copies of a log: behind the end of one and before the beginning of the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gamekeeper.integrity.clearings import SLACK
from gamekeeper.integrity.lives import lives

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.integrity.ledger import Copy
    from gamekeeper.integrity.lives import Life
    from gamekeeper.model.breaks import Anomaly


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """Numbers that no copy spans. ``earlier`` reaches up to it, ``later`` begins behind it."""

    earlier: Copy
    later: Copy
    first: int
    last: int

    @property
    def size(self) -> int:
        """How many records no copy holds."""
        return self.last - self.first + 1

    @property
    def start(self) -> int | None:
        """When the last record before it was written."""
        return self.earlier.end

    @property
    def stop(self) -> int | None:
        """When the first record behind it was written."""
        return self.later.begin

    @property
    def left(self) -> tuple[int, int]:
        """File and place of the last record before it."""
        return self.earlier.source, self.earlier.last_offset

    @property
    def right(self) -> tuple[int, int]:
        """File and place of the first record behind it."""
        return self.later.source, self.later.first_offset


def gaps(facts: Facts) -> Sequence[Gap]:
    """Return all gaps between copies by log and number."""
    return facts.once("gaps", lambda facts: list(_gaps(facts)))


def before(
    facts: Facts, host: str, channel: str, time: int, record: int | None = None
) -> Gap | None:
    """Return the gap that ends at a moment: what a clear at that time took.

    ``record``: the number of the clear's own record where it stands in the cleared log; what lies behind it
    was not taken by it.
    """
    return next(
        (
            gap
            for gap in gaps(facts)
            if (gap.later.host, gap.later.channel) == (host, channel)
            and gap.start is not None
            and gap.stop is not None
            and gap.start - SLACK <= time <= gap.stop + SLACK
            and (record is None or gap.last < record)
        ),
        None,
    )


def _gaps(facts: Facts) -> Iterator[Gap]:
    for found in lives(facts).values():
        for life in found:
            yield from _of(life)


def _of(life: Life) -> Iterator[Gap]:
    """Yield where the next copy by number begins behind all that came before; copies are few."""
    copies = sorted(life.copies, key=lambda copy: (copy.first, copy.last, copy.source))
    furthest = copies[0]
    for copy in copies[1:]:
        if copy.first > furthest.last + 1:
            yield Gap(furthest, copy, furthest.last + 1, copy.first - 1)
        if copy.last > furthest.last:
            furthest = copy


def gap_at(facts: Facts, anomaly: Anomaly) -> Gap | None:
    """Return the gap that an anomaly begins with."""
    return next(
        (
            gap
            for gap in gaps(facts)
            if (gap.later.host, gap.later.channel) == (anomaly.host, anomaly.channel)
            and gap.first == anomaly.records[0]
        ),
        None,
    )
