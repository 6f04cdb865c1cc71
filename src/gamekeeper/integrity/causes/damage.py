"""A disk, a transfer or a broken-off copy has damaged the file.

Speaks for it: damage in other places of the same file: chunks that are none, bytes between records that
are neither a record nor blank, an end within a chunk. Damage knows no records; who wipes a record hits
its borders. Without such signs it says little. Against it: a checksum that fits, since damage mends none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.files import file_of
from gamekeeper.model.breaks import Explanation, Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.integrity.files import LogFile
    from gamekeeper.model.breaks import Anomaly, Evidence


#: Checks on bytes that a chunk's checksum covers.
_WITHIN: Final = frozenset({"blanked_records", "chunk_headers", "hidden_records"})


class Damage:
    """Explains bytes that are wrong by damage to the whole file."""

    name = "damage"

    def weigh(self, anomaly: Anomaly, facts: Facts) -> Explanation | None:
        """Say how well damage explains an anomaly."""
        file = file_of(facts, anomaly.source)
        if file is None:
            return None
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
