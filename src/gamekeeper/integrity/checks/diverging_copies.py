"""Copies of one log that do not say the same.

Sees: records that lack inside one copy of Windows' own and that another copy of the same life of the log
holds (Tuesday's copy and Thursday's, the host's log and what it forwarded): they were there, and were taken
out. Also two copies that give one record number to records of different times: one of both was numbered
anew, from there on or wholly.

What else explains it: records that are in the file and could not be read; chunks that were not on disk yet
when the log was copied while in use. A copy that ends earlier is only older, and one that begins later has
overwritten its oldest records: neither is odd. Times that differ by one amount throughout are a clock or a
time zone.

Blind: two copies that were changed alike; times are compared at every 64th record only, and payloads not at
all; what exports and collectors lack is normal (``left_out``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.checks.holes import INNOCENT, counted, strength_of
from gamekeeper.integrity.disputes import disputes
from gamekeeper.integrity.missing import cut_out
from gamekeeper.integrity.natures import TEXT_EXPORT
from gamekeeper.model.breaks import Anomaly, Evidence, Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.disputes import Dispute
    from gamekeeper.integrity.facts import Facts
    from gamekeeper.integrity.missing import Missing

#: Stretches of records, and copies that hold them, that are given as evidence.
_SHOWN: Final = 5
#: So many numbers in dispute are no slip of a text.
_PATTERN: Final = 3


class DivergingCopies:
    """Looks for copies that do not say the same."""

    name = "diverging_copies"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a stretch of records that a copy lacks, and one a pair of copies in dispute."""
        for one in cut_out(facts):
            if len(one.held):
                yield _lacking(one, facts)
        for dispute in disputes(facts):
            yield _disputed(dispute)


def _lacking(one: Missing, facts: Facts) -> Anomaly:
    strength = strength_of(one, facts)
    held = one.held.size
    some = "which" if held == one.size else f"{held} of which"
    return Anomaly(
        check=DivergingCopies.name,
        text=f"{counted(one)} {some} another copy of the log holds",
        tampering="records removed",
        # That records were there is certain; whether they were taken or never came to disk, not always.
        strength=Strength.CERTAIN if strength is not Strength.WEAK else strength,
        host=one.copy.host,
        channel=one.copy.channel,
        start=one.start,
        stop=one.stop,
        records=(one.first, one.last),
        source=one.copy.source,
        evidence=(*one.sides(), *_witnesses(one)),
        innocent=INNOCENT,
        techniques=("T1070.001",),
    )


def _witnesses(one: Missing) -> Iterator[Evidence]:
    for copy in one.holders[:_SHOWN]:
        for first, last in list(copy.present().within(one.first, one.last))[:_SHOWN]:
            named = f"record {first}" if first == last else f"records {first} to {last}"
            yield Evidence(f"this copy holds {named}", copy.source, record=first)


def _disputed(one: Dispute) -> Anomaly:
    is_exact = TEXT_EXPORT not in (one.left.kind, one.right.kind)
    # What agreed up to a moment was written by one machine; a text may still tell times in its own way.
    is_solid = one.agreed is not None and (is_exact or len(one.points) >= _PATTERN)
    first, last = one.points[0], one.points[-1]
    since = f"from record {first.record} on" if one.agreed else "throughout"
    return Anomaly(
        check=DivergingCopies.name,
        text=f"two copies of the log give one number to records of different times, {since}",
        tampering="records renumbered",
        strength=Strength.STRONG if is_solid else Strength.WEAK,
        host=one.left.host,
        channel=one.left.channel,
        start=one.agreed,
        stop=max(first.times),
        records=(first.record, last.record),
        source=one.left.source,
        evidence=tuple(
            Evidence(
                f"record {point.record} is of this time here", source, offset, point.record, time
            )
            for point in one.points[:_SHOWN]
            for source, offset, time in zip(
                (one.left.source, one.right.source), point.offsets, point.times, strict=True
            )
        ),
        innocent=() if is_solid else ("reimage",),
        techniques=("T1070.001",) if one.agreed else (),
    )
