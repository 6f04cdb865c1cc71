"""File headers that do not fit the log behind them.

Sees: a file header whose own checksum is wrong, or whose next record, number of chunks or current chunk are
not those of the chunks that follow. Windows brings all of them up to date when it closes a log or has
finished an export.

What else explains it: the log was open when it was copied, or its host went down; then the header says that
it is *dirty*, and its numbers are old: always explained. A file that was damaged or cut short.

Blind: who removes records and mends the header leaves nothing here; see ``chunk_headers``,
``hidden_records`` and ``stale_records``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.files import CHUNK, files
from gamekeeper.model.breaks import Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.integrity.files import LogFile
    from gamekeeper.model.breaks import Anomaly

_INNOCENT: Final = ("live copy", "damage")
#: The header counts chunks in two bytes.
_COUNTED: Final = 1 << 16


class FileHeaders:
    """Looks at the headers of EVTX files."""

    name = "file_headers"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield what is wrong with each header."""
        for file in files(facts):
            if file.header.get("magic") == "bad":
                yield self._bad(file)
            elif file.header:
                yield from self._checksum(file)
                yield from self._numbers(file)

    def _bad(self, file: LogFile) -> Anomaly:
        text = "the file's header is gone: it does not begin as an event log does"
        return file.anomaly(
            self.name,
            text,
            "header destroyed",
            Strength.WEAK,
            evidence=(file.evidence(text, 0),),
            innocent=_INNOCENT,
        )

    def _checksum(self, file: LogFile) -> Iterator[Anomaly]:
        if file.header.get("crc") != "wrong":
            return
        text = "the file header's checksum is wrong: it was changed by something other than Windows"
        yield file.anomaly(
            self.name,
            text,
            "header altered",
            Strength.WEAK if file.is_dirty else Strength.STRONG,
            evidence=(file.evidence(text, 124),),
            innocent=_INNOCENT,
        )

    def _numbers(self, file: LogFile) -> Iterator[Anomaly]:
        wrong = list(_wrong(file))
        if not wrong:
            return
        text = f"the file header does not fit the log: {'; '.join(wrong)}"
        following, last = file.header["next_record"], file.newest[1] if file.newest else 0
        lost = (last + 1, following - 1) if following > last + 1 else (None, None)
        yield file.anomaly(
            self.name,
            text,
            "records removed" if lost[0] else "header altered",
            Strength.NONE if file.is_dirty else Strength.STRONG,
            records=lost,
            evidence=(file.evidence(text, 8),),
            innocent=_INNOCENT,
        )


def _wrong(file: LogFile) -> Iterator[str]:
    """Yield in which numbers the header and the chunks differ."""
    if file.newest is None:
        return
    offset, last = file.newest
    header = file.header
    if header["next_record"] != last + 1:
        yield f"it expects record {header['next_record']} next, the last one is {last}"
    if header["chunk_count"] != file.places_used % _COUNTED:
        yield f"it counts {header['chunk_count']} chunks, there are {file.places_used}"
    current = (offset - file.base) // CHUNK
    if header["last_chunk"] != current:
        yield f"it names chunk {header['last_chunk']} as the current one, the newest is {current}"
