"""Record numbers that were changed inside a file of Windows' own.

Sees: in a file whose record headers begin with the EventRecordIDs as their numbers, a place from which on the
two differ, or differ by another amount. The event log service writes one number to both places; who takes out
records and numbers the rest anew changes one of them, or both, but not those that come later.

What else explains it: damage to a record's header. An export, a choice of records and a collector's log
number their records for themselves and are not looked at: there every amount is normal, and a growing one
says only that the file does not hold all records.

Blind: a file of which all numbers were changed alike looks like an export; one that was numbered anew in
both places, up to its end, is whole by its numbers (see ``diverging_copies``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.integrity.ledger import NO_TIME, known, ledger
from gamekeeper.integrity.natures import OWN_NUMBERS
from gamekeeper.model.breaks import Anomaly, Evidence, Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.integrity.ledger import Copy, Rows

#: Places of one file that are named one by one.
_SHOWN: Final = 20


class Ids:
    """Looks for numbers that were changed."""

    name = "ids"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a place, the first ones of a file."""
        book = ledger(facts)
        for log in book.logs:
            for copy in log.copies:
                if copy.kind in OWN_NUMBERS:
                    for at in _turns(copy, book.columns)[:_SHOWN].tolist():
                        yield _turn(copy, int(copy.rows[at - 1]), int(copy.rows[at]), book.columns)


def _turns(copy: Copy, columns: Rows) -> np.ndarray:
    """Return the places of rows at whose beginning the relation of the two numbers is another."""
    before, after = columns.last_delta[copy.rows[:-1]], columns.delta[copy.rows[1:]]
    return np.flatnonzero((before != after) & (before != NO_TIME) & (after != NO_TIME)) + 1


def _turn(copy: Copy, before: int, after: int, columns: Rows) -> Anomaly:
    records = int(columns.last[before]), int(columns.first[after])
    amounts = int(columns.last_delta[before]), int(columns.delta[after])
    start, stop = known(columns.end[before]), known(columns.begin[after])
    lost = records[1] - records[0] - 1
    by = amounts[1] - amounts[0]
    text = f"from record {records[1]} on, the record header counts {by:+d} against the record"
    said = [
        f"its header says {number + more}" for number, more in zip(records, amounts, strict=True)
    ]
    source = copy.source
    return Anomaly(
        check=Ids.name,
        text=f"{text}; {lost} EventRecordIDs lack there" if lost > 0 else text,
        tampering="records renumbered",
        strength=Strength.CERTAIN,
        host=copy.host,
        channel=copy.channel,
        start=start,
        stop=stop,
        records=(records[0] + 1, records[1] - 1) if lost > 0 else (min(records), max(records)),
        source=source,
        evidence=(
            Evidence(said[0], source, int(columns.last_offset[before]), records[0], start),
            Evidence(said[1], source, int(columns.first_offset[after]), records[1], stop),
        ),
        innocent=("damage",),
        techniques=("T1070.001",),
    )
