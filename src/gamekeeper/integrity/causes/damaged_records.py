"""Records that are in the file and could not be read.

For: as many records were refused as are missing, or more; between both sides lies something that is no chunk.
Against: nothing was refused, and all chunks are chunks. A record that somebody blanked in place is damaged as
well: this cause says that it is still there, not who damaged it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gamekeeper.integrity.missing import chunk_of, chunks_between, cut_out
from gamekeeper.model.breaks import Evidence, Explanation, Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.integrity.missing import Missing
    from gamekeeper.model.breaks import Anomaly
    from gamekeeper.model.findings import SourceAccount


class DamagedRecords:
    """Explains holes by records that were refused."""

    name = "damaged records"

    def weigh(self, anomaly: Anomaly, facts: Facts) -> Explanation | None:
        """Hold what the file's reader refused against a hole."""
        account = facts.sources.get(-1 if anomaly.source is None else anomaly.source)
        if account is None:
            return None
        lacking = sum(one.size for one in _torn(facts, account.number))
        faults = list(_faults(anomaly, account))
        text = f"{account.rejects} records of the file could not be read"
        speaks = (Evidence(text, account.number), *faults)
        if account.rejects >= lacking > 0 and _is_torn(anomaly):
            return Explanation(self.name, Strength.CERTAIN, speaks)
        if faults:
            return Explanation(self.name, Strength.STRONG, speaks[not account.rejects :])
        if account.rejects:
            short = Evidence(f"{lacking} are missing", account.number)
            return Explanation(self.name, Strength.WEAK, speaks, (short,))
        return Explanation(self.name, Strength.NONE, (), speaks)


def _torn(facts: Facts, source: int) -> list[Missing]:
    """Return the file's holes that lie within one chunk."""
    holes = (one for one in cut_out(facts) if one.copy.source == source)
    return [one for one in holes if one.chunks[0] == one.chunks[1]]


def _is_torn(anomaly: Anomaly) -> bool:
    return len(set(_chunks(anomaly))) == 1


def _chunks(anomaly: Anomaly) -> list[int]:
    return [chunk_of(one.offset) for one in anomaly.evidence if one.offset is not None]


def _faults(anomaly: Anomaly, account: SourceAccount) -> Iterator[Evidence]:
    """Yield the damaged chunks from the one of the record before a hole to that of the record behind it."""
    chunks = _chunks(anomaly)
    here = {*chunks, *chunks_between(chunks[0], chunks[-1], account)} if chunks else set()
    found: Any = account.evidence.get("chunk_faults", ())
    for fault in found:
        # A wrong checksum takes no record away: those of the chunk were read.
        if fault.get("magic") == "bad" and chunk_of(fault["offset"]) in here:
            yield Evidence("this is no chunk", account.number, fault["offset"])
