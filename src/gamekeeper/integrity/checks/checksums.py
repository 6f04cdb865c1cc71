"""Chunks whose checksums are wrong.

Sees: the checksum over a chunk's records, or over its header, that does not fit the bytes: something other
than the event log service changed them.

What else explains it: the chunk that was being written when the log was copied; bytes that a disk or a
transfer has damaged. In a log that was open, a wrong checksum alone says little; in one that was closed or
exported, the service had computed it over these very bytes.

Blind: a checksum is no signature; who changes bytes can mend it in a second. Most tools do.
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

_PARTS: Final = {"data_crc": "records", "header_crc": "header"}
#: A chunk's flag that says that it carries no checksums.
_NONE_KEPT: Final = 2


class Checksums:
    """Looks for chunks whose bytes are not those that were summed up."""

    name = "checksums"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a chunk."""
        for file in files(facts):
            faults = [fault for fault in file.found("chunk_faults") if _is_wrong(fault)]
            for fault, left_out in few(faults):
                yield self._wrong(file, fault, left_out)

    def _wrong(self, file: LogFile, fault: Found, left_out: int) -> Anomaly:
        what = " and ".join(name for key, name in _PARTS.items() if key in fault)
        offset = fault["offset"]
        text = f"a chunk's checksum over its {what} is wrong: its bytes were changed{and_more(left_out)}"
        start, stop = fault.get("times", (0, 0))
        return file.anomaly(
            self.name,
            text,
            "bytes changed",
            Strength.WEAK if file.is_dirty else Strength.STRONG,
            start=filetime(start),
            stop=filetime(stop),
            records=tuple(fault.get("ids", (None, None))),
            evidence=(file.evidence(text, offset),),
            innocent=("live copy", "damage"),
            techniques=("T1070.001",),
        )


def _is_wrong(fault: Found) -> bool:
    return bool(fault.keys() & _PARTS.keys()) and not fault.get("flags", 0) & _NONE_KEPT
