"""The books of every log in a case: what is stored of it against what its readers counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gamekeeper.store.records import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gamekeeper.model.findings import SourceAccount

#: Where the records of a log end up: as events, or as copies of events.
_RECORDS: Final = (Kind.EVENTS, Kind.WITNESSES)


@dataclass(slots=True)
class Books:
    """Rows by source and kind as they were found; ``forgotten`` those that were taken out on purpose."""

    forgotten: Mapping[tuple[int, Kind], int]
    stored: dict[Kind, Counter[int]] = field(
        default_factory=lambda: {kind: Counter() for kind in Kind}
    )

    unknown: set[int] = field(default_factory=set)  # sources whose rejects cannot be counted

    def add(self, kind: Kind, counts: Counter[int], *, is_sure: bool = True) -> None:
        """Take what one file holds, as it was found or, where it is damaged, as it should be."""
        self.stored[kind].update(counts)
        if kind is Kind.REJECTS and not is_sure:  # the manifest knows their rows, not their records
            self.unknown.update(counts)

    def faults(self, account: SourceAccount, *, is_closed: bool) -> Iterator[str]:
        """Yield what does not add up for one source."""
        records = self._rows(account.number, *_RECORDS)
        if records != account.events:
            yield f"{records:,} events and copies are stored, {account.events:,} were read"
        rejects = self._rows(account.number, Kind.REJECTS)
        if rejects != account.rejects and account.number not in self.unknown:
            yield f"{rejects:,} rejects are stored, {account.rejects:,} were counted"
        recovered = self._rows(account.number, Kind.RECOVERED)
        if recovered != account.recovered:
            yield f"{recovered:,} recovered records are stored, {account.recovered:,} were read"
        if is_closed and account.records_present != account.events + account.rejects:
            yield (
                f"{account.records_present:,} records were there, but {account.events:,} were read and "
                f"{account.rejects:,} refused"
            )

    def strangers(self, known: set[int]) -> Iterator[int]:
        """Yield the numbers of sources that rows name and the manifest does not."""
        named = {
            source
            for kind, counts in self.stored.items()
            if kind not in {Kind.MATCHES, Kind.HABITS}
            for source in counts
        }
        yield from sorted(named - known)

    def _rows(self, source: int, *kinds: Kind) -> int:
        return sum(
            self.stored[kind][source] + self.forgotten.get((source, kind), 0) for kind in kinds
        )
