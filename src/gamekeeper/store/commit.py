"""Writing to a case: one writer at a time, and every batch in one transaction.

A file gets its final place before the transaction that names it; what a killed writer left behind is named
by none and goes when the next one begins.
"""

from __future__ import annotations

import secrets
import shutil
import sqlite3
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from gamekeeper.errors import UsageError
from gamekeeper.store.accounts import tally_text
from gamekeeper.store.clock import now
from gamekeeper.store.layout import make_folder, sync_folder
from gamekeeper.store.locks import alone, writing
from gamekeeper.store.manifest import add_batch, add_files, last_number, note_path, retire
from gamekeeper.store.records import Kind, StagedFile, StoredFile, StoredSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from types import TracebackType

    from gamekeeper.model.tallies import FileTally
    from gamekeeper.store.case import Case
    from gamekeeper.store.layout import Layout
    from gamekeeper.store.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A range of a source that is in the case once its batch is."""

    source: int
    start: int
    stop: int


@dataclass(slots=True)
class Batch:
    """What one transaction adds and takes out."""

    kind: str
    files: list[StagedFile] = field(default_factory=list)
    bookmarks: list[Bookmark] = field(default_factory=list)
    tallies: list[tuple[int, FileTally]] = field(default_factory=list)  # start of the range, tally
    retired: list[int] = field(default_factory=list)  # numbers of files
    closed: list[int] = field(default_factory=list)  # sources whose account is complete now
    emptied: list[int] = field(default_factory=list)  # sources of which nothing is left in the case
    forgotten: list[int] = field(
        default_factory=list
    )  # those of them that somebody wants to be gone
    reread: list[int] = field(default_factory=list)  # sources that lost copies of what is forgotten
    dropped: Mapping[tuple[int, Kind], int] = field(default_factory=dict)  # rows taken out for good


class Writer:
    """The right to write to a case. Use it in a ``with`` statement."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(writing(self.case.layout.write_lock))
            self.manifest: Manifest = self.case.manifest()
            stack.callback(self.manifest.close)
            self._clear()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            shutil.rmtree(self.case.layout.staging, ignore_errors=True)
            self.remove_retired()
        finally:
            self._stack.close()

    @property
    def staging(self) -> Path:
        """The folder for files on their way in."""
        return self.case.layout.staging

    def workshop(self) -> Path:
        """Make a folder below ``staging`` for other processes, under a name that none before them had.

        A worker whose parent was killed goes on for a moment, and must not write over files of those who
        came after it.
        """
        folder = self.staging / secrets.token_hex(8)
        make_folder(folder)
        return folder

    def _clear(self) -> None:
        """Remove what a killed writer left, and make room for what is to come."""
        shutil.rmtree(self.staging, ignore_errors=True)
        root = self.case.layout.root
        for path in strays(self.case.layout, self.manifest):
            path.unlink()
        try:
            make_folder(self.staging)
        except OSError as error:
            raise UsageError(f"the case {root} cannot be written to: {error.strerror}") from None

    def remove_retired(self) -> None:
        """Remove files that no snapshot can hold any more; those that somebody may be reading stay."""
        with alone(self.case.layout.read_lock) as nobody_reads:
            if not nobody_reads:
                return
            connection = self.manifest.connection
            rows = connection.execute("SELECT number, path FROM files WHERE retired IS NOT NULL")
            gone = []
            for number, path in rows.fetchall():
                with suppress(PermissionError):  # Windows keeps what somebody has open
                    self.case.layout.path(path).unlink(missing_ok=True)
                    gone.append((number,))
            if gone:
                with self.manifest.transaction():
                    connection.executemany("DELETE FROM files WHERE number = ?", gone)

    def register(
        self, sources: Iterable[StoredSource], paths: Iterable[tuple[int, str]] = ()
    ) -> None:
        """Note sources before the first of their ranges is read, and (number, path) of where they are met."""
        with self.manifest.transaction() as connection:
            for source in sources:
                connection.execute(
                    "INSERT OR IGNORE INTO sources (number, sha256, size_bytes, path, format, organisation, "
                    "added_at, ranges) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        source.number,
                        source.sha256,
                        source.size_bytes,
                        source.path,
                        source.format,
                        source.organisation,
                        source.added_at,
                        source.ranges,
                    ),
                )
                note_path(connection, source.number, source.path)
            for number, path in paths:
                note_path(connection, number, path)

    def commit(self, batch: Batch) -> int:
        """Publish a batch and return its number. After this returned, nothing undoes it."""
        stored = self.placed(batch.files)
        try:
            with self.manifest.transaction() as connection:
                number = add_batch(connection, batch.kind, now())
                add_files(connection, stored, number)
                retire(connection, batch.retired, number)
                connection.executemany(
                    "INSERT INTO bookmarks VALUES (?, ?, ?, ?)",
                    [(b.source, b.start, b.stop, number) for b in batch.bookmarks],
                )
                connection.executemany(
                    "INSERT INTO tallies VALUES (?, ?, ?, ?)",
                    [(t.source, start, number, tally_text(t)) for start, t in batch.tallies],
                )
                note_states(connection, batch, number)
        except sqlite3.OperationalError as error:
            raise UsageError(
                f"the case {self.case.layout.root} cannot be written to: {error}"
            ) from None
        return number

    def placed(self, files: Sequence[StagedFile]) -> list[StoredFile]:
        """Move staged files to their places; names and bytes are on the disk when this returns."""
        last = last_number(self.manifest.connection)
        placed = []
        folders = set()
        for number, file in enumerate(files, last + 1):
            relative = f"{file.kind}/{file.dataset}/{number:08}.parquet"
            target = self.case.layout.path(relative)
            if target.parent not in folders:
                make_folder(target.parent)
                folders.add(target.parent)
            Path(file.path).replace(target)
            placed.append(file.placed(number, relative))
        for folder in sorted(folders):
            sync_folder(folder)
        return placed


def note_states(connection: sqlite3.Connection, batch: Batch, number: int) -> None:
    """Write down what a batch means for the books of its sources."""
    for source in batch.emptied:
        for table in ("bookmarks", "tallies", "forgotten"):
            connection.execute(f"DELETE FROM {table} WHERE source = ?", (source,))  # noqa: S608
        connection.execute(
            "UPDATE sources SET closed = NULL, forgotten = NULL, reread = NULL WHERE number = ?",
            (source,),
        )
    for column, sources in (
        ("closed", batch.closed),
        ("forgotten", batch.forgotten),
        ("reread", batch.reread),
    ):
        connection.executemany(
            f"UPDATE sources SET {column} = ? WHERE number = ?",  # noqa: S608
            [(number, source) for source in sources],
        )
    connection.executemany(
        "INSERT INTO forgotten VALUES (?, ?, ?, ?)",
        [(source, kind, number, rows) for (source, kind), rows in batch.dropped.items()],
    )


def strays(layout: Layout, manifest: Manifest) -> Iterator[Path]:
    """Yield files at places of ours that the manifest does not name: a killed writer left them."""
    named = {path for (path,) in manifest.connection.execute("SELECT path FROM files")}
    for kind in Kind:
        for path in sorted(layout.root.glob(f"{kind}/*/*.parquet")):
            if path.relative_to(layout.root).as_posix() not in named:
                yield path
