"""The account of every file: what was there, what was read, what was lost and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.model.findings import SourceAccount
from gamekeeper.model.rejects import Reject
from gamekeeper.model.tallies import FileTally

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gamekeeper.hunt.units import Key
    from gamekeeper.sources.base import Origin


class Ledger:
    """Collects tallies in whatever order units finish, and closes the books of every file."""

    def __init__(self) -> None:
        self._pages: list[tuple[Key, FileTally]] = []

    def add(self, key: Key, tallies: Iterable[FileTally]) -> None:
        """Take what one unit read."""
        self._pages.extend((key, tally) for tally in tallies)

    def close(self) -> dict[int, FileTally]:
        """Return the sum for each file, added up in the order of the units."""
        files: dict[int, FileTally] = {}
        for _, tally in sorted(self._pages, key=lambda page: page[0]):
            files.setdefault(tally.source, FileTally(tally.source)).merge(tally)
        return files


def balance(tally: FileTally) -> Reject | None:
    """Make ``records_present == events + rejects`` true, in the open; return the reject for a gap.

    A reader that keeps its own books never needs it. One that does not must not lose records unseen.
    """
    gap = tally.records_present - tally.events - tally.rejects
    if gap < 0:
        tally.records_present -= gap
        tally.notes += (f"{-gap} more records were read than the file's own count says",)
    if gap <= 0:
        return None
    tally.rejects += gap
    detail = (
        "the file's own count says that they are there; the reader gave neither them nor a reason"
    )
    return Reject(tally.source, 0, "unaccounted", detail, count=gap)


def source_accounts(
    origins: Iterable[tuple[Origin, str]],
    tallies: Mapping[int, FileTally],
    digests: Mapping[int, str],
) -> tuple[SourceAccount, ...]:
    """Return the account of every file, given with its format; "" is a file that nothing recognised."""
    return tuple(
        _account(origin, name, tallies.get(origin.number), digests.get(origin.number, ""))
        for origin, name in origins
    )


def _account(origin: Origin, name: str, tally: FileTally | None, digest: str) -> SourceAccount:
    tally = tally or FileTally(origin.number)
    if not digest:
        tally.notes = (*tally.notes, "the file could not be hashed")
    return tally.account(
        path=origin.path, sha256=digest, size_bytes=origin.size_bytes, format_name=name
    )
