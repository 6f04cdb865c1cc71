"""The log was in use when it was copied, or its host went down.

Speaks for it: the file header says *dirty*. Then the header's numbers are of an earlier moment, the chunk
that was being written is half there, chunks that had been set aside are blank, and chunks that were in memory
only are missing: between the records on both sides of a hole there is room for those that lack. Nothing of
it touches chunks that were finished long before, nor tears the records of one chunk apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.files import CHUNK, file_of
from gamekeeper.integrity.missing import chunk_of, chunks_between, offset_of
from gamekeeper.model.breaks import Evidence, Explanation, Strength

if TYPE_CHECKING:
    from gamekeeper.integrity.facts import Facts
    from gamekeeper.integrity.files import LogFile
    from gamekeeper.model.breaks import Anomaly

#: Checks on what such a copy cannot have right.
_HEADER: Final = "file_headers"
#: Checks whose first two statements are the records on both sides of a hole.
_HOLES: Final = frozenset({"holes", "diverging_copies"})
#: What it looks like when chunks have not been written yet.
_MISSING: Final = frozenset({"chunks wiped", "records removed"})
#: Records that a chunk can hold: none is smaller than its header, a little BinXML and its length once more.
_MOST_RECORDS: Final = 65_024 // 96


class LiveCopy:
    """Explains what is odd at the end of a log that was open, and chunks that were not on disk yet."""

    name = "live copy"

    def weigh(self, anomaly: Anomaly, facts: Facts) -> Explanation | None:
        """Say how well an open log explains an anomaly."""
        file = file_of(facts, anomaly.source)
        if file is None:
            return None
        if not file.is_dirty:
            closed = file.evidence("the file header says that the log was closed", 120)
            return Explanation(self.name, Strength.NONE, speaks_against=(closed,))
        dirty = file.evidence("the file header says that the log was open (dirty)", 120)
        strength, why = (_room if anomaly.check in _HOLES else _strength)(anomaly, file)
        if strength is Strength.NONE:
            return Explanation(self.name, strength, (dirty,), (why,))
        return Explanation(self.name, strength, speaks_for=(dirty, why))


def _room(anomaly: Anomaly, file: LogFile) -> tuple[Strength, Evidence]:
    """Hold the room between the records on both sides of a hole against what is missing."""
    chunks = [chunk_of(one.offset) for one in anomaly.evidence if one.offset is not None]
    empty = chunks_between(chunks[0], chunks[-1], file.account) if chunks else []
    if not empty:
        text = "there is no empty room between the records on both sides"
        return Strength.NONE, file.evidence(text)
    text = f"{len(empty)} chunks without a record lie between those on both sides"
    first, last = anomaly.records
    fits = first is not None and last is not None and last - first < len(empty) * _MOST_RECORDS
    return Strength.STRONG if fits else Strength.WEAK, file.evidence(text, offset_of(empty[0]))


def _strength(anomaly: Anomaly, file: LogFile) -> tuple[Strength, Evidence]:
    """Return how strongly, and what says why."""
    if anomaly.check == _HEADER:
        why = "Windows writes the header's numbers when it closes the log"
        return Strength.CERTAIN, file.evidence(why)
    offset = next((one.offset for one in anomaly.evidence if one.offset is not None), None)
    if offset is not None and file.is_newest(offset):
        return Strength.STRONG, file.evidence("it lies in the chunk that was being written")
    end = file.base + file.places_used * CHUNK
    inside = [run for run in file.layout if run[2] == "blank" and run[0] < end]
    if inside and anomaly.tampering in _MISSING:
        where = (
            f"{sum(run[1] for run in inside)} place(s) before the log's end were set aside and not"
        )
        why = f"{where} yet written: records are missing with them"
        return Strength.STRONG, file.evidence(why)
    return Strength.WEAK, file.evidence("it lies in a chunk that was finished before")
