"""A case at one moment: its files, events and sources as one transaction left them."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from gamekeeper.store import runs
from gamekeeper.store.accounts import source_accounts
from gamekeeper.store.habits import confirmed_in
from gamekeeper.store.records import Kind, Span, StoredFile
from gamekeeper.store.scan import read
from gamekeeper.store.selection import Selection
from gamekeeper.store.sql import Database
from gamekeeper.store.words import may_hold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from types import TracebackType

    import pyarrow as pa

    from gamekeeper.model.events import EventBatch
    from gamekeeper.model.findings import SourceAccount
    from gamekeeper.store.layout import Layout
    from gamekeeper.store.manifest import Manifest


class Snapshot:
    """What belongs to a case at one moment. Use it in the ``with`` statement of ``Case.snapshot``."""

    def __init__(
        self,
        manifest: Manifest,
        layout: Layout,
        files: tuple[StoredFile, ...],
        sources: tuple[SourceAccount, ...],
    ) -> None:
        self._manifest = manifest
        self.layout = layout
        self.files = files
        self._sources = sources
        self.forgotten: Mapping[tuple[int, Kind], int] = {}  # rows that were taken out on purpose
        self.confirmed_ways: frozenset[str] = frozenset()  # ids of ways that somebody confirmed
        self._stack = ExitStack()

    @classmethod
    def of(cls, layout: Layout, manifest: Manifest) -> Self:
        """Read the state of a manifest."""
        manifest.connection.execute("BEGIN")
        try:
            return cls.seen(layout, manifest)
        finally:
            manifest.connection.execute("ROLLBACK")

    @classmethod
    def seen(cls, layout: Layout, manifest: Manifest) -> Self:
        """Read the state of a manifest inside of a transaction that is open."""
        found = cls(manifest, layout, manifest.files(*Kind), source_accounts(manifest))
        found.forgotten = manifest.forgotten()
        found.confirmed_ways = confirmed_in(manifest)
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the databases that were opened; safe to repeat."""
        self._stack.close()

    @property
    def rows(self) -> int:
        """Events, each counted once."""
        return sum(file.rows for file in self.files if file.kind is Kind.EVENTS)

    @property
    def last(self) -> int | None:
        """The FILETIME of the latest event."""
        times = (file.last for file in self.files if file.kind is Kind.EVENTS)
        return max((time for time in times if time is not None), default=None)

    @property
    def first(self) -> int | None:
        """The FILETIME of the earliest event."""
        times = (file.first for file in self.files if file.kind is Kind.EVENTS)
        return min((time for time in times if time is not None), default=None)

    def sources(self) -> tuple[SourceAccount, ...]:
        """Return the account of every log, by number."""
        return self._sources

    def matches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Yield the matches of the last whole run of rules and of those after it (``KEPT_MATCHES``)."""
        return runs.matches(self, columns)

    def of_kind(self, kind: Kind) -> tuple[StoredFile, ...]:
        """Return the files that hold one kind of thing."""
        return tuple(file for file in self.files if file.kind is kind)

    def selected(self, selection: Selection) -> tuple[StoredFile, ...]:
        """Return the files of events in which a selected event can be."""
        return tuple(
            file
            for file in self.of_kind(Kind.EVENTS)
            if selection.takes_dataset(file.dataset)
            and selection.overlaps(file.first, file.last)
            and any(_is_meant(span, selection) for span in file.spans)
        )

    def batches(
        self, selection: Selection | None = None, columns: Sequence[str] | None = None
    ) -> Iterator[EventBatch]:
        """Yield the selected events, file by file.

        Each batch has the core columns (``store.schemas.CORE``) and those of ``columns`` that its dataset
        has; all columns where ``columns`` is None.
        """
        selection = selection or Selection()
        for file in self.selected(selection):
            yield from self.batches_of(file, selection, columns)

    def batches_of(
        self,
        file: StoredFile,
        selection: Selection,
        columns: Sequence[str] | None = None,
        groups: Iterable[int] | None = None,
    ) -> Iterator[EventBatch]:
        """Yield the selected events of one file, or of some of its row groups.

        Several files may be read at once.
        """
        yield from read(self.layout.path(file.path), file.dataset, selection, columns, groups)

    def groups_with(self, file: StoredFile, words: Sequence[str]) -> tuple[int, ...] | None:
        """Return the row groups in which words, in lower case, may stand; None where nobody knows."""
        filters = self._manifest.words(file.number)
        if not filters:
            return None
        return tuple(group for group, bits in filters.items() if may_hold(bits, words))

    def database(self, selection: Selection | None = None) -> Database:
        """Open the events for SQL; views show the selected ones only. It closes with the snapshot."""
        selection = selection or Selection()
        database = Database(self.layout, self.selected(selection), selection)
        self._stack.callback(database.close)
        return database


def _is_meant(span: Span, selection: Selection) -> bool:
    # The span knows the short name: a pattern for full names has to look into the file.
    by_name = not selection.hosts or any("." in pattern for pattern in selection.hosts)
    return (
        (by_name or selection.takes_host(span.host))
        and selection.takes_channel(span.channel)
        and selection.overlaps(span.first, span.last)
    )
