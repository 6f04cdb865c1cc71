"""The account of every file: what was there, what was read, what was lost and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gamekeeper.model.events import Fidelity
from gamekeeper.model.findings import SourceAccount
from gamekeeper.model.rejects import Reject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gamekeeper.hunt.units import Key
    from gamekeeper.model.rejects import Tally
    from gamekeeper.sources.base import Origin

#: From best to worst; the worst one of a file's ranges speaks for the file.
_FIDELITIES: Final = ("", Fidelity.LOSSLESS, Fidelity.RENAMED, Fidelity.LOSSY)


def _once(*groups: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for group in groups for item in group if item))


@dataclass(slots=True)
class FileTally:
    """The tallies of ranges of one file, added up in the order of the ranges."""

    source: int
    records_present: int = 0
    events: int = 0
    rejects: int = 0
    recovered: int = 0
    fidelity: str = ""
    shapes: tuple[str, ...] = ()
    fields_lacking: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    evidence: dict[str, object] = field(default_factory=dict)

    def add(self, tally: Tally) -> None:
        """Take the tally of the next range."""
        self._count(tally)
        self.shapes = _once(self.shapes, (tally.shape,))
        self._describe(tally)

    def merge(self, later: FileTally) -> None:
        """Take the tallies of later ranges of the same file."""
        self._count(later)
        self.shapes = _once(self.shapes, later.shapes)
        self._describe(later)

    def _count(self, other: Tally | FileTally) -> None:
        self.records_present += other.records_present
        self.events += other.events
        self.rejects += other.rejects
        self.recovered += other.recovered

    def _describe(self, other: Tally | FileTally) -> None:
        self.fidelity = max(self.fidelity, other.fidelity, key=_FIDELITIES.index)
        self.fields_lacking = _once(self.fields_lacking, other.fields_lacking)
        self.notes = _once(self.notes, other.notes)
        for name, value in other.evidence.items():
            self.evidence[name] = _added(self.evidence.get(name), value)


def _added(known: object, later: object) -> object:
    """Join what two ranges of one file say: counts add up, lists follow each other, else the first holds."""
    if isinstance(known, int) and isinstance(later, int):
        return known + later
    if isinstance(known, list) and isinstance(later, list):
        return known + later
    return later if known is None else known


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
    notes = tally.notes if digest else (*tally.notes, "the file could not be hashed")
    return SourceAccount(
        number=origin.number,
        path=origin.path,
        sha256=digest,
        size_bytes=origin.size_bytes,
        format=name,
        shape=", ".join(tally.shapes),
        fidelity=tally.fidelity,
        records_present=tally.records_present,
        events=tally.events,
        rejects=tally.rejects,
        recovered=tally.recovered,
        fields_lacking=tally.fields_lacking,
        notes=notes,
        evidence=tally.evidence,
    )
