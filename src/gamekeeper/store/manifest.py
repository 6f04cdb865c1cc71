"""The manifest: one SQLite file whose transactions decide what belongs to a case.

Write-ahead log and ``synchronous=FULL``: a transaction that returned survives a loss of power, and readers
see the state before or after it, never between.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gamekeeper.errors import CaseError, UsageError
from gamekeeper.store._table_manifest import TABLES
from gamekeeper.store.layout import FORMAT, Layout, sync_file, sync_folder
from gamekeeper.store.records import Kind, Span, StoredFile, StoredSource
from gamekeeper.store.schemas import mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_WAIT_S: Final = 30.0


def create(layout: Layout, about: dict[str, str]) -> None:
    """Write the manifest of a new case; it is there as a whole or not at all, whatever happens."""
    unborn = layout.unborn
    for left in layout.root.glob(f"{unborn.name}*"):
        left.unlink()
    with closing(_connected(unborn)) as connection:
        connection.executescript(f"BEGIN IMMEDIATE;{TABLES}COMMIT;")
        rows = {"format": str(FORMAT), **about}
        connection.executemany("INSERT INTO about VALUES (?, ?)", rows.items())
    sync_file(unborn)
    unborn.replace(layout.manifest)
    sync_folder(layout.root)


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=_WAIT_S, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _readable(layout: Layout) -> sqlite3.Connection:
    try:
        return _connected(layout.manifest)
    except sqlite3.OperationalError:
        if os.access(layout.root, os.W_OK):
            raise
        # A place that nothing can be written to. What waits in the log there would not be seen.
        log = layout.manifest.with_name(f"{layout.manifest.name}-wal")
        if log.is_file() and log.stat().st_size:
            raise CaseError(
                f"{layout.root} cannot be written to, and {log.name} there holds changes that are not in the "
                "manifest yet: copy the whole folder to a place where you may write"
            ) from None
        address = f"{layout.manifest.absolute().as_uri()}?mode=ro&immutable=1"
        return sqlite3.connect(address, uri=True, check_same_thread=False)


class Manifest:
    """An open manifest. Use it in a ``with`` statement; ``transaction`` makes changes."""

    def __init__(self, layout: Layout) -> None:
        self._turn = threading.Lock()
        if not layout.manifest.is_file():
            raise UsageError(
                f"{layout.root} is no case (it has no {layout.manifest.name}); make one with "
                f"'gamekeeper ingest PATH --case {layout.root}'"
            )
        try:
            self.connection = _readable(layout)
            self.about = dict(self.connection.execute("SELECT name, value FROM about"))
        except sqlite3.DatabaseError as error:
            raise CaseError(
                f"the manifest {layout.manifest} cannot be read ({error}): restore it from a copy; the "
                "events beside it are plain Parquet"
            ) from None
        if self.about.get("format") != str(FORMAT):
            raise CaseError(
                f"the case {layout.root} has format {self.about.get('format')}, this version reads {FORMAT}"
            )

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Make all changes of the block, or none."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield self.connection
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def files(self, *kinds: Kind) -> tuple[StoredFile, ...]:
        """Return the live files of some kinds with their spans, in order of their numbers."""
        marks = ",".join("?" * len(kinds))
        spans: dict[int, list[Span]] = {}
        live = f"FROM files WHERE retired IS NULL AND kind IN ({marks})"
        for file, *span in self.connection.execute(
            "SELECT file, source, host, channel, rows, timeless, first, last FROM spans "  # noqa: S608
            f"WHERE file IN (SELECT number {live}) ORDER BY file, source, host, channel",
            kinds,
        ):
            spans.setdefault(file, []).append(Span(*span))
        rows = self.connection.execute(
            "SELECT number, kind, dataset, path, rows, size_bytes, sha256, first, last, batch, columns "
            f"{live} ORDER BY number",
            kinds,
        )
        return tuple(
            replace(
                StoredFile(*row),
                kind=Kind(row[1]),
                spans=tuple(spans.get(row[0], ())),
                columns=columns,
            )
            for *row, columns in rows
        )

    def sources(self) -> tuple[StoredSource, ...]:
        """Return every source in order of its number."""
        return tuple(
            StoredSource(*row)
            for row in self.connection.execute(
                "SELECT number, sha256, size_bytes, path, format, organisation, added_at, ranges, closed, "
                "forgotten, reread FROM sources ORDER BY number"
            )
        )

    def bookmarks(self) -> dict[int, list[tuple[int, int]]]:
        """Return for each source the parts (start, stop) that are in the case, in order."""
        found: dict[int, list[tuple[int, int]]] = {}
        for source, start, stop in self.connection.execute(
            "SELECT source, start, stop FROM bookmarks ORDER BY source, start"
        ):
            found.setdefault(source, []).append((start, stop))
        return found

    def tallies(self) -> list[tuple[int, int, str]]:
        """Return (source, start, tally as JSON) in order of source and place."""
        return list(
            self.connection.execute(
                "SELECT source, start, tally FROM tallies ORDER BY source, start, batch"
            )
        )

    def paths(self) -> dict[int, list[str]]:
        """Return for each source the paths at which it was met."""
        found: dict[int, list[str]] = {}
        for source, path in self.connection.execute(
            "SELECT source, path FROM source_paths ORDER BY source, path"
        ):
            found.setdefault(source, []).append(path)
        return found

    def forgotten(self) -> dict[tuple[int, Kind], int]:
        """Return how many rows of each source and kind were taken out on purpose."""
        rows = self.connection.execute(
            "SELECT source, kind, sum(rows) FROM forgotten GROUP BY source, kind"
        )
        return {(source, Kind(kind)): count for source, kind, count in rows}

    def words(self, file: int) -> dict[int, bytes]:
        """Return the filters of a file by row group; none for a file that was written without."""
        with self._turn:  # rows of an answer may be pulled from another thread
            return dict(
                self.connection.execute(
                    "SELECT row_group, filter FROM words WHERE file = ?", (file,)
                )
            )

    def last_batch(self) -> int:
        """Return the number of the last transaction that changed the files, 0 where there is none."""
        ((number,),) = self.connection.execute("SELECT coalesce(max(number), 0) FROM batches")
        return int(number)


def last_number(connection: sqlite3.Connection) -> int:
    """Return the greatest number that a file ever had: a name never comes to stand for other bytes."""
    rows = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'files'").fetchall()
    return int(rows[0][0]) if rows else 0


def note_path(connection: sqlite3.Connection, source: int, path: str) -> None:
    """Note a path at which a source was met."""
    connection.execute("INSERT OR IGNORE INTO source_paths VALUES (?, ?)", (source, path))


def add_batch(connection: sqlite3.Connection, kind: str, now: str) -> int:
    """Note a new batch and return its number."""
    cursor = connection.execute(
        "INSERT INTO batches (kind, committed_at) VALUES (?, ?)", (kind, now)
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def add_files(connection: sqlite3.Connection, files: Iterable[StoredFile], batch: int) -> None:
    """Take files in, as part of a batch; those whose rows came with an earlier one keep its number."""
    for file in files:
        connection.execute(
            "INSERT INTO files (number, kind, dataset, path, rows, size_bytes, sha256, first, last, batch, "
            "columns) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                file.number,
                file.kind,
                file.dataset,
                file.path,
                file.rows,
                file.size_bytes,
                file.sha256,
                file.first,
                file.last,
                file.batch or batch,
                mark(file.dataset) if file.kind in {Kind.EVENTS, Kind.RECOVERED} else "",
            ),
        )
        connection.executemany(
            "INSERT INTO spans VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (file.number, s.source, s.host, s.channel, s.rows, s.timeless, s.first, s.last)
                for s in file.spans
            ],
        )
        connection.executemany(
            "INSERT INTO words VALUES (?, ?, ?)",
            [(file.number, group, bits) for group, bits in enumerate(file.words)],
        )


def retire(connection: sqlite3.Connection, numbers: Iterable[int], batch: int) -> None:
    """Take files out: they stay on the disk until nobody can be reading them."""
    connection.executemany(
        "UPDATE files SET retired = ? WHERE number = ?", [(batch, number) for number in numbers]
    )
