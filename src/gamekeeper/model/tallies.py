"""The account of one file: the tallies of its ranges, added up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gamekeeper.model.events import Fidelity
from gamekeeper.model.findings import SourceAccount

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gamekeeper.model.rejects import Tally

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

    def account(
        self, *, path: str, sha256: str, size_bytes: int, format_name: str
    ) -> SourceAccount:
        """Return the account of the file, given what it is called and what it is."""
        return SourceAccount(
            number=self.source,
            path=path,
            sha256=sha256,
            size_bytes=size_bytes,
            format=format_name,
            shape=", ".join(self.shapes),
            fidelity=self.fidelity,
            records_present=self.records_present,
            events=self.events,
            rejects=self.rejects,
            recovered=self.recovered,
            fields_lacking=self.fields_lacking,
            notes=self.notes,
            evidence=self.evidence,
        )


def _added(known: object, later: object) -> object:
    """Join what two ranges of one file say: counts add up, lists follow each other, else the first holds."""
    if isinstance(known, int) and isinstance(later, int):
        return known + later
    if isinstance(known, list) and isinstance(later, list):
        return known + later
    return later if known is None else known
