"""Writing to a case: one writer at a time, and every batch in one transaction.

A file gets its final place before the transaction that names it; what a killed writer left behind is named
by none and goes when the next one begins.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from gamekeeper.errors import UsageError
from gamekeeper.store.accounts import tally_text
from gamekeeper.store.clock import now
from gamekeeper.store.layout import make_folder, sync_folder
from gamekeeper.store.locks import alone, writing
from gamekeeper.store.manifest import add_batch, add_files, retire
from gamekeeper.store.records import StagedFile, StoredFile, StoredSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import TracebackType

    from gamekeeper.model.tallies import FileTally
    from gamekeeper.store.case import Case
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

    def _clear(self) -> None:
        """Remove what a killed writer left, and make room for what is to come."""
        shutil.rmtree(self.staging, ignore_errors=True)
        named = {path for (path,) in self.manifest.connection.execute("SELECT path FROM files")}
        root = self.case.layout.root
        for path in root.glob("*/*/*.parquet"):
            if path.relative_to(root).as_posix() not in named:
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
            for number, path in rows.fetchall():
                self.case.layout.path(path).unlink(missing_ok=True)
                with self.manifest.transaction():
                    connection.execute("DELETE FROM files WHERE number = ?", (number,))

    def register(self, sources: Iterable[StoredSource]) -> None:
        """Note sources before the first of their ranges is read; those that are known stay."""
        with self.manifest.transaction() as connection:
            for source in sources:
                connection.execute(
                    "INSERT OR IGNORE INTO sources VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
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
                connection.execute(
                    "INSERT OR IGNORE INTO source_paths VALUES (?, ?)",
                    (source.number, source.path),
                )

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
        except sqlite3.OperationalError as error:
            raise UsageError(
                f"the case {self.case.layout.root} cannot be written to: {error}"
            ) from None
        return number

    def placed(self, files: Sequence[StagedFile]) -> list[StoredFile]:
        """Move staged files to their places; names and bytes are on the disk when this returns."""
        ((last,),) = self.manifest.connection.execute("SELECT coalesce(max(number), 0) FROM files")
        placed = []
        folders = set()
        for number, file in enumerate(files, last + 1):
            relative = f"{file.kind}/{file.dataset}/{number:08}.parquet"
            target = self.case.layout.path(relative)
            if target.parent not in folders:
                make_folder(target.parent)
                folders.add(target.parent)
            Path(file.path).replace(target)
            placed.append(
                StoredFile(
                    number=number,
                    kind=file.kind,
                    dataset=file.dataset,
                    path=relative,
                    rows=file.rows,
                    size_bytes=file.size_bytes,
                    sha256=file.sha256,
                    first=file.first,
                    last=file.last,
                    batch=0,
                    spans=file.spans,
                    words=file.words,
                )
            )
        for folder in sorted(folders):
            sync_folder(folder)
        return placed
