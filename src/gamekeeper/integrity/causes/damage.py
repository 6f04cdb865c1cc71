"""A disk, a transfer or a broken-off copy has damaged the file.

Of bytes that are wrong. Speaks for it: damage in other places of the same file: chunks that are none, bytes
between records that are neither a record nor blank, an end within a chunk. Damage knows no records; who wipes
a record hits its borders. Without such signs it says little. Against it: a checksum that fits, since damage
mends none.

Of records that lack. Speaks for it: as many records were refused as are missing, or more; between both sides
lies something that is no chunk. Against it: nothing was refused, and all chunks are chunks. A record that
somebody blanked in place is damaged as well: this cause says that it is still there, not who damaged it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.files import file_of
from gamekeeper.integrity.missing import chunk_of, chunks_between, cut_out
from gamekeeper.model.breaks import Explanation, Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.integrity.files import LogFile
    from gamekeeper.integrity.missing import Missing
    from gamekeeper.model.breaks import Anomaly, Evidence


#: Checks on bytes that a chunk's checksum covers.
_WITHIN: Final = frozenset({"blanked_records", "chunk_headers", "hidden_records"})
#: Checks on records that lack or do not go on as they should.
_RECORDS: Final = frozenset({"holes", "diverging_copies", "ids"})


class Damage:
    """Explains bytes that are wrong, and records that could not be read, by damage to the file."""

    name = "damage"

    def weigh(self, anomaly: Anomaly, facts: Facts) -> Explanation | None:
        """Say how well damage explains an anomaly."""
        file = file_of(facts, anomaly.source)
        if file is None:
            return None
        if anomaly.check in _RECORDS:
            return self._of_records(anomaly, file, facts)
        return self._of_bytes(anomaly, file)

    def _of_bytes(self, anomaly: Anomaly, file: LogFile) -> Explanation:
        if anomaly.check in _WITHIN and all(
            file.is_summed(one.offset) for one in anomaly.evidence if one.offset is not None
        ):
            summed = file.evidence("the chunk's checksum was computed over these very bytes")
            return Explanation(self.name, Strength.NONE, speaks_against=(summed,))
        own = {file.chunk_of(one.offset) for one in anomaly.evidence if one.offset is not None}
        elsewhere = [one for one in _signs(file) if one.offset not in own]
        if elsewhere:
            return Explanation(self.name, Strength.STRONG, speaks_for=tuple(elsewhere[:3]))
        against = file.evidence("the rest of the file is whole")
        return Explanation(self.name, Strength.WEAK, speaks_against=(against,))

    def _of_records(self, anomaly: Anomaly, file: LogFile, facts: Facts) -> Explanation:
        """Hold what the file's reader refused against a hole."""
        refused = file.account.rejects
        lacking = sum(one.size for one in _torn(facts, file.number))
        faults = tuple(_faults(anomaly, file))
        speaks = (file.evidence(f"{refused} records of the file could not be read"), *faults)
        if refused >= lacking > 0 and len(set(_chunks(anomaly))) == 1:
            return Explanation(self.name, Strength.CERTAIN, speaks)
        if faults:
            return Explanation(self.name, Strength.STRONG, speaks if refused else faults)
        if refused:
            short = file.evidence(f"{lacking} are missing")
            return Explanation(self.name, Strength.WEAK, speaks, (short,))
        return Explanation(self.name, Strength.NONE, (), speaks)


def _signs(file: LogFile) -> Iterator[Evidence]:
    """Yield signs of damage, each with the chunk that it is in."""
    for offset, places, kind in file.layout:
        if kind == "foreign":
            yield file.evidence(f"{places} place(s) of 64 KiB are no chunk of a log", offset)
    for gap in file.found("gaps"):
        if gap["fill"] is None:
            text = f"{gap['bytes']} bytes between records are none"
            yield file.evidence(text, file.chunk_of(gap["offset"]))
    if file.odd_bytes:
        text = f"the file ends {file.odd_bytes} bytes into a chunk"
        yield file.evidence(text, file.chunk_of(file.account.size_bytes - file.odd_bytes))


def _torn(facts: Facts, source: int) -> list[Missing]:
    """Return the file's holes that lie within one chunk."""
    holes = (one for one in cut_out(facts) if one.copy.source == source)
    return [one for one in holes if one.chunks[0] == one.chunks[1]]


def _chunks(anomaly: Anomaly) -> list[int]:
    return [chunk_of(one.offset) for one in anomaly.evidence if one.offset is not None]


def _faults(anomaly: Anomaly, file: LogFile) -> Iterator[Evidence]:
    """Yield the damaged chunks from the one of the record before a hole to that of the record behind it."""
    chunks = _chunks(anomaly)
    here = {*chunks, *chunks_between(chunks[0], chunks[-1], file.account)} if chunks else set()
    for fault in file.found("chunk_faults"):
        # A wrong checksum takes no record away: those of the chunk were read.
        if fault.get("magic") == "bad" and chunk_of(fault["offset"]) in here:
            yield file.evidence("this is no chunk", fault["offset"])
