"""Records wiped where they stood.

Sees: a record whose header stands while its text is one byte over and over; and bytes between two records
that belong to none: of one byte only, where a whole record was wiped, or of anything, where a header was
destroyed so that no reader finds its record.

What else explains it: damage, most often of whole sectors and with other bytes left; the end of the chunk
that was being written when the log was copied.

Blind: single values overwritten so that the record can still be decoded (a name by blanks of the same
length).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.files import and_more, few, files, filetime
from gamekeeper.model.breaks import Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.integrity.files import Found, LogFile
    from gamekeeper.model.breaks import Anomaly

_INNOCENT: Final = ("live copy", "damage")


class BlankedRecords:
    """Looks for records of which only the place is left."""

    name = "blanked_records"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a record, and one a stretch without any."""
        for file in files(facts):
            for found, left_out in few(file.found("blanked_records")):
                yield self._blanked(file, found, left_out)
            for found, left_out in few(file.found("gaps")):
                yield self._gap(file, found, left_out)

    def _blanked(self, file: LogFile, found: Found, left_out: int) -> Anomaly:
        record = found["record"]
        what = f"its {found['bytes']} bytes of text are all {found['fill']:#04x}"
        text = f"record {record} was blanked: {what}{and_more(left_out)}"
        time = filetime(found.get("time", 0))
        return file.anomaly(
            self.name,
            text,
            "record blanked",
            _strength(file, found["offset"]),
            start=time,
            stop=time,
            records=(record, record),
            evidence=(file.evidence(text, found["offset"], record),),
            innocent=_INNOCENT,
            techniques=("T1070.001",),
        )

    def _gap(self, file: LogFile, found: Found, left_out: int) -> Anomaly:
        before, after = found["before"], found["after"]
        is_wiped = found["fill"] is not None
        first = None if before is None else before + 1
        last = None if after is None else after - 1
        state = f"all {found['fill']:#04x}" if is_wiped else "no whole record"
        place = f"behind record {before}" if before is not None else "before a chunk's first record"
        text = f"{found['bytes']} bytes {place} are {state}{and_more(left_out)}"
        is_hole = first is not None and last is not None and first <= last
        return file.anomaly(
            self.name,
            text,
            "record blanked" if is_wiped else "record destroyed",
            _strength(file, found["offset"]) if is_wiped and is_hole else Strength.WEAK,
            start=filetime(found.get("times", (0, 0))[0]),
            stop=filetime(found.get("times", (0, 0))[1]),
            records=(first, last) if is_hole else (None, None),
            evidence=(file.evidence(text, found["offset"]),),
            innocent=_INNOCENT,
            techniques=("T1070.001",),
        )


def _strength(file: LogFile, offset: int) -> Strength:
    """Return how surely somebody wiped a record: a checksum over the very bytes leaves no other way."""
    may_be_half_written = file.is_dirty and file.is_newest(offset)
    is_certain = file.is_summed(offset) and not may_be_half_written
    return Strength.CERTAIN if is_certain else Strength.STRONG
