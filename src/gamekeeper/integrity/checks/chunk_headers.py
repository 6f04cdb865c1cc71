"""Chunk headers that their own records belie.

Sees: a chunk whose header names more or fewer records, other first and last numbers, or another place of the
last record than the unbroken row of records behind it shows; and numbers that skip within such a row. The
service writes header and records of a chunk together, and numbers records one by one: also in exports.

What else explains it: damage, where the chunk's checksums are wrong, too. Chunks with gaps between their
records are left to ``blanked_records``.

Blind: records taken out with all numbers behind them and all headers mended (see ``hidden_records`` for what
then still shows); chunks put together anew by a program that numbers as Windows does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.files import and_more, few, files, filetime, has_gap
from gamekeeper.model.breaks import Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.integrity.files import Found, LogFile
    from gamekeeper.model.breaks import Anomaly

_CLAIMS: Final = {
    "records": "{} records, there are {}",
    "first_id": "{} as the first record, it is {}",
    "last_id": "{} as the last record, it is {}",
    "last_record": "byte {} as the last record's place, it is {}",
    "free_space": "byte {} as the end of its records, they end at {}",
}


class ChunkHeaders:
    """Looks for chunks whose header says what their records do not."""

    name = "chunk_headers"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a chunk."""
        for file in files(facts):
            faults = [
                fault
                for fault in file.found("chunk_faults")
                if (fault.keys() & _CLAIMS.keys() or "id_steps" in fault)
                and not has_gap(file, fault["offset"])
            ]
            for fault, left_out in few(faults):
                yield self._belied(file, fault, left_out)

    def _belied(self, file: LogFile, fault: Found, left_out: int) -> Anomaly:
        names = [text.format(*fault[key]) for key, text in _CLAIMS.items() if key in fault]
        said = [f"it names {', '.join(names)}"] if names else []
        if steps := fault.get("id_steps"):
            said.append(f"numbers skip {steps} time(s) though no byte is missing between records")
        text = f"a chunk's header and its records differ: {'; '.join(said)}"
        is_summed = not fault.keys() & {"data_crc", "header_crc"}
        start, stop = fault.get("times", (0, 0))
        return file.anomaly(
            self.name,
            text + and_more(left_out),
            "records removed",
            Strength.CERTAIN if is_summed else Strength.STRONG,
            start=filetime(start),
            stop=filetime(stop),
            records=tuple(fault.get("ids", (None, None))),
            evidence=(file.evidence(text, fault["offset"]),),
            innocent=() if is_summed else ("live copy", "damage"),
            techniques=("T1070.001",),
        )
