"""Old records that made room for new ones, or were archived.

For: a copy (an archive) ends right before the first record that is left; the log says that it was archived
(1105) or full (1104); the file has come around, so that its oldest records are overwritten. Against: the
file has never been full. A log that was full for a moment does not lose records from its middle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gamekeeper.integrity.between import gap_at
from gamekeeper.integrity.events import telling
from gamekeeper.integrity.ledger import ledger
from gamekeeper.integrity.missing import chunk_of
from gamekeeper.model.breaks import Evidence, Explanation, Strength
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.integrity.ledger import Copy
    from gamekeeper.model.breaks import Anomaly

_PROVIDER: Final = "Microsoft-Windows-Eventlog"
#: An archive is recorded when it is made, at the latest when the service writes to the new file.
_NEAR: Final = 3_600 * 10_000_000


class Rotation:
    """Explains records that are no longer there because newer ones are."""

    name = "rotation"

    def weigh(self, anomaly: Anomaly, facts: Facts) -> Explanation | None:
        """Hold archives, full logs and the file's own ring against a beginning or a gap."""
        gap = gap_at(facts, anomaly)
        copy = gap.later if gap else _copy(anomaly, facts)
        if copy is None:
            return None
        archives = tuple(_archives(copy, facts))
        if archives:
            return Explanation(self.name, Strength.CERTAIN, archives)
        told = tuple(_told(copy, facts))
        if told:
            return Explanation(self.name, Strength.STRONG, told)
        if _came_around(copy, facts):
            text = "the file has come around: its oldest records were overwritten"
            found = Evidence(text, copy.source, copy.first_offset, copy.first, copy.begin)
            return Explanation(self.name, Strength.STRONG, (found,))
        never = Evidence("the file has not come around", copy.source, copy.first_offset)
        return Explanation(self.name, Strength.NONE, (), (never,))


def _copy(anomaly: Anomaly, facts: Facts) -> Copy | None:
    log = ledger(facts).log(anomaly.host, anomaly.channel)
    return next((c for c in (log.copies if log else ()) if c.source == anomaly.source), None)


def _archives(copy: Copy, facts: Facts) -> Iterator[Evidence]:
    """Yield copies that end right before a copy begins."""
    log = ledger(facts).log(copy.host, copy.channel)
    for other in log.others(copy) if log else ():
        if other.last == copy.first - 1 and other.is_whole:
            text = f"another copy ends with record {other.last}"
            yield Evidence(text, other.source, other.last_offset, other.last, other.end)


def _told(copy: Copy, facts: Facts) -> Iterator[Evidence]:
    """Yield records of archives and of full logs that were written about when a copy begins."""
    begin = copy.begin
    if begin is None:
        return
    for event in telling(facts).of(copy.host, 105, 1104, 1105, provider=_PROVIDER):
        named = fold(event.fields.get("Channel", "")) or event.channel
        if named == copy.channel and abs(event.filetime - begin) < _NEAR:
            yield event.evidence(f"{event.code} says that the log was archived or full")


def _came_around(copy: Copy, facts: Facts) -> bool:
    """Whether a file's oldest record stands behind its newest one, or the file says that it is full."""
    account = facts.sources.get(copy.source)
    header: Any = account.evidence.get("file_header") if account else None
    is_full = isinstance(header, dict) and bool(header.get("is_full"))
    return is_full or chunk_of(copy.first_offset) > chunk_of(copy.last_offset)
