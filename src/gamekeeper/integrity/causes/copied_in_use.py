"""A log that was copied while Windows wrote it: chunks that were in memory only are not in the copy.

For: the file says that it was open (dirty), and between the records on both sides lie chunks without records,
with room for those that are missing. Against: the records stand in one chunk, or chunk follows chunk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.missing import chunk_of, chunks_between, offset_of
from gamekeeper.integrity.natures import is_dirty
from gamekeeper.model.breaks import Evidence, Explanation, Strength

if TYPE_CHECKING:
    from gamekeeper.integrity.facts import Facts
    from gamekeeper.model.breaks import Anomaly

#: Records that a chunk can hold: none is smaller than its header, a little BinXML and its length once more.
_MOST_RECORDS: Final = 65_024 // 96


class CopiedInUse:
    """Explains holes by chunks that were not on disk yet."""

    name = "copied while in use"

    def weigh(self, anomaly: Anomaly, facts: Facts) -> Explanation | None:
        """Hold the room between the records on both sides against what is missing."""
        account = facts.sources.get(-1 if anomaly.source is None else anomaly.source)
        chunks = [chunk_of(one.offset) for one in anomaly.evidence if one.offset is not None]
        first, last = anomaly.records
        if account is None or not chunks or first is None or last is None:
            return None
        source = account.number
        if not is_dirty(account):
            closed = Evidence("the file's header says that the log was closed", source, 0)
            return Explanation(self.name, Strength.NONE, (), (closed,))
        was_open = Evidence("the file's header says that the log was open", source, 0)
        empty = chunks_between(chunks[0], chunks[-1], account)
        if not empty:
            text = "there is no empty room between the records on both sides"
            return Explanation(self.name, Strength.NONE, (was_open,), (Evidence(text, source),))
        text = f"{len(empty)} chunks without a record lie between those on both sides"
        room = Evidence(text, source, offset_of(empty[0]))
        fits = last - first + 1 <= len(empty) * _MOST_RECORDS
        return Explanation(self.name, Strength.STRONG if fits else Strength.WEAK, (was_open, room))
