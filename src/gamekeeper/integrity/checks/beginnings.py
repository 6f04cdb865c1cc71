"""Logs that begin in the middle without a reason.

Sees: a log of Windows' own whose oldest record is not number 1, although the file has never come around:
its oldest record stands in its first chunk, and behind the newest one there is room. Old records go only
when a file is full; so this file was emptied. A clear says so (1102, 104), an archive does (1105); where
neither is recorded, somebody cleared the log while the event log service could not write it down, or the
record was taken out.

What else explains it: the log was archived when full; its largest size or its place was changed, for which
Windows begins a new file; the System log of that time, where 104 would stand, is not there.

Blind: a log that has since come around; Security, where its new first record is a forged 1102.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.clearings import SLACK, clearings
from gamekeeper.integrity.ledger import ledger
from gamekeeper.integrity.missing import chunk_of
from gamekeeper.integrity.natures import LIVE_COPY, OWN_NUMBERS
from gamekeeper.model.breaks import Anomaly, Evidence, Strength
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.integrity.ledger import Copy, Ledger
    from gamekeeper.model.findings import SourceAccount

_SECURITY: Final = "security"
_SYSTEM: Final = "system"


class Beginnings:
    """Looks for logs that were emptied."""

    name = "beginnings"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a log that begins in the middle."""
        book = ledger(facts)
        lowest = _lowest(book)
        for log in book.logs:
            for copy in log.copies:
                account = facts.sources.get(copy.source)
                is_first = copy.first == lowest[copy.source] > 1
                if account and is_first and copy.kind in OWN_NUMBERS and _has_room(copy, account):
                    yield from _beginning(copy, facts, book)


def _lowest(book: Ledger) -> dict[int, int]:
    """Return the lowest number in each file: a host that was renamed goes on in its file."""
    lowest: dict[int, int] = {}
    for log in book.logs:
        for copy in log.copies:
            lowest[copy.source] = min(copy.first, lowest.get(copy.source, copy.first))
    return lowest


def _has_room(copy: Copy, account: SourceAccount) -> bool:
    """Whether a file has never come around: it begins with its oldest record, and has empty chunks."""
    chunks, header = account.evidence.get("chunks"), account.evidence.get("file_header")
    if not isinstance(chunks, int) or not isinstance(header, dict) or header.get("is_full"):
        return False
    return chunk_of(copy.first_offset) == 0 and chunk_of(copy.last_offset) < chunks - 1


def _beginning(copy: Copy, facts: Facts, book: Ledger) -> Iterator[Anomaly]:
    begin = copy.begin
    if begin is None or _is_cleared(copy, facts, begin):
        return
    text = f"the log begins with record {copy.first}, and its file was never full"
    witness = _system(copy, book, begin)
    seen = copy.channel == _SECURITY or witness is not None
    # Of a log that was open, the chunks that seem empty may have been in memory.
    sure = seen and copy.kind != LIVE_COPY
    yield Anomaly(
        check=Beginnings.name,
        text=text,
        tampering="cleared without a record of it",
        strength=Strength.STRONG if sure else Strength.WEAK,
        host=copy.host,
        channel=copy.channel,
        start=None,
        stop=begin,
        records=(None, copy.first - 1),
        source=copy.source,
        evidence=(
            Evidence(
                "the oldest record, in the first chunk",
                copy.source,
                copy.first_offset,
                copy.first,
                begin,
            ),
            Evidence(
                "behind the newest record there is room",
                copy.source,
                copy.last_offset,
                copy.last,
                copy.end,
            ),
            *([witness] if witness else []),
        ),
        innocent=("rotation",),
        techniques=("T1070.001",),
    )


def _is_cleared(copy: Copy, facts: Facts, begin: int) -> bool:
    """Whether a clear before the first record is recorded; a quiet channel may have its next event later."""
    return any(
        (one.event.host, fold(one.channel)) == (copy.host, copy.channel)
        and one.event.filetime <= begin + SLACK
        for one in clearings(facts)
    )


def _system(copy: Copy, book: Ledger, begin: int) -> Evidence | None:
    """Return the System log that would hold the clear's record: one that goes back behind the beginning."""
    log = book.log(copy.host, _SYSTEM)
    for other in log.copies if log and copy.channel != _SYSTEM else ():
        if other.is_whole and other.begin is not None and other.begin < begin <= (other.end or 0):
            text = "the System log of that time is here, without a record of a clear"
            return Evidence(text, other.source, other.first_offset, other.first, other.begin)
    return None
