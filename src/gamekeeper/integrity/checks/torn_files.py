"""Files that end in the middle, and places of 64 KiB that hold no chunk.

Sees: a file that ends within a chunk; a place between or before chunks that is blank or holds something
else: a hundred records each, gone at once.

What else explains it: a copy that broke off; damage; a log copied while in use, whose chunks had been set
aside but not been written yet.

Blind: a file cut off at the end of a chunk, with its header mended, looks whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.files import CHUNK, and_more, few, files
from gamekeeper.model.breaks import Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.integrity.files import LogFile
    from gamekeeper.model.breaks import Anomaly

_INNOCENT: Final = ("live copy", "damage")


class TornFiles:
    """Looks for files that are not whole."""

    name = "torn_files"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a torn end, and one a stretch without chunks."""
        for file in files(facts):
            yield from self._end(file)
            runs = [
                {"offset": offset, "places": places, "kind": kind}
                for offset, places, kind in file.layout
                if kind == "foreign" or (kind == "blank" and self._is_inside(file, offset))
            ]
            for found, left_out in few(runs):
                count, offset = found["places"], found["offset"]
                state = "blank" if found["kind"] == "blank" else "no chunk of a log"
                what = f"{count} place(s) of 64 KiB before the log's end are {state}"
                text = what + and_more(left_out)
                is_wiped = found["kind"] == "blank" and not file.is_dirty
                yield file.anomaly(
                    self.name,
                    text,
                    "chunks wiped" if found["kind"] == "blank" else "chunks destroyed",
                    Strength.STRONG if is_wiped else Strength.WEAK,
                    evidence=(file.evidence(text, offset),),
                    innocent=_INNOCENT,
                    techniques=("T1070.001",),
                )

    def _is_inside(self, file: LogFile, offset: int) -> bool:
        """Whether a chunk stands behind a place: blank ones at the end are room that was set aside."""
        return offset < file.base + file.places_used * CHUNK

    def _end(self, file: LogFile) -> Iterator[Anomaly]:
        if not file.odd_bytes:
            return
        at = file.account.size_bytes - file.odd_bytes
        text = f"the file ends {file.odd_bytes} bytes into a chunk of {CHUNK}"
        yield file.anomaly(
            self.name,
            text,
            "file cut off",
            Strength.WEAK,
            start=file.last_time,
            evidence=(file.evidence(text, at),),
            innocent=_INNOCENT,
        )
