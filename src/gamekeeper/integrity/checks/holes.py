"""Records that were cut out of a file.

Sees: EventRecordIDs that lack between two records of a file that holds whole stretches of a log (a log of
Windows' own, a copy of it, an unfiltered export), where the file's own numbers lack as well. The event log
service numbers records one after another and writes them one behind the other, so nothing that it does leaves
a hole between two records of one chunk.

A clear leaves no hole: it takes all records that a file had, and the file begins anew.

What else explains it: records that are there and could not be read; chunks that were not on disk yet when a
log was copied while in use, or were lost in a crash (between chunks only); a damaged disk.

Blind: records at the beginning or end of all that is there; records whose followers were all numbered anew
(``ids`` sees the relation change where it does; ``diverging_copies`` where another copy holds them). Records
that another copy holds are that check's, and not named here a second time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.integrity.missing import chunks_between, cut_out
from gamekeeper.integrity.natures import is_dirty
from gamekeeper.model.breaks import Anomaly, Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.integrity.missing import Missing

INNOCENT = ("damage", "live copy", "crash")


class Holes:
    """Looks for records that were cut out."""

    name = "holes"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a stretch of missing records."""
        for one in cut_out(facts):
            if not len(one.held):
                yield _hole(one, facts)


def _hole(one: Missing, facts: Facts) -> Anomaly:
    return Anomaly(
        check=Holes.name,
        text=f"{counted(one)} between two records of one file",
        tampering="records removed",
        strength=strength_of(one, facts),
        host=one.copy.host,
        channel=one.copy.channel,
        start=one.start,
        stop=one.stop,
        records=(one.first, one.last),
        source=one.copy.source,
        evidence=one.sides(),
        innocent=INNOCENT,
        techniques=("T1070.001",),
    )


def strength_of(one: Missing, facts: Facts) -> Strength:
    """Say how surely records were cut out: no copying and no crash tears the records of one chunk apart."""
    before, after = one.chunks
    if before == after:
        return Strength.CERTAIN
    account = facts.sources.get(one.copy.source)
    if account is not None and is_dirty(account) and chunks_between(before, after, account):
        return Strength.WEAK
    return Strength.STRONG


def counted(one: Missing) -> str:
    """Say how many records are missing.

    Where they lack in several places, the stretch is told apart from the records.
    """
    if one.size == 1:
        return f"record {one.first} is missing"
    if one.is_single:
        return f"{one.size} records are missing, {one.first} to {one.last},"
    return f"{one.size} records are missing in several places from {one.first} to {one.last},"
