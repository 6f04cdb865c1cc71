"""The log was in use when it was copied, or its host went down.

Speaks for it: the file header says *dirty*. Then the header's numbers are of an earlier moment, the chunk
that was being written is half there, and chunks that had been set aside are blank. Nothing of it touches
chunks that were finished long before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.files import CHUNK, file_of
from gamekeeper.model.breaks import Explanation, Strength

if TYPE_CHECKING:
    from gamekeeper.integrity.facts import Facts
    from gamekeeper.integrity.files import LogFile
    from gamekeeper.model.breaks import Anomaly

#: Checks on what such a copy cannot have right.
_HEADER: Final = "file_headers"
#: What it looks like when chunks have not been written yet.
_MISSING: Final = frozenset({"chunks wiped", "records removed"})


class LiveCopy:
    """Explains what is odd at the end of a log that was open."""

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
        strength, why = _strength(anomaly, file)
        return Explanation(self.name, strength, speaks_for=(dirty, file.evidence(why)))


def _strength(anomaly: Anomaly, file: LogFile) -> tuple[Strength, str]:
    """Return how strongly, and the sentence that says why."""
    if anomaly.check == _HEADER:
        return Strength.CERTAIN, "Windows writes the header's numbers when it closes the log"
    offset = next((one.offset for one in anomaly.evidence if one.offset is not None), None)
    if offset is not None and file.is_newest(offset):
        return Strength.STRONG, "it lies in the chunk that was being written"
    end = file.base + file.places_used * CHUNK
    inside = [run for run in file.layout if run[2] == "blank" and run[0] < end]
    if inside and anomaly.tampering in _MISSING:
        where = (
            f"{sum(run[1] for run in inside)} place(s) before the log's end were set aside and not"
        )
        return Strength.STRONG, f"{where} yet written: records are missing with them"
    return Strength.WEAK, "it lies in a chunk that was finished before"
