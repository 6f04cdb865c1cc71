"""Somebody asks a case all the time while others write to it: every answer is the state of one commit."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

import pytest

from fakes.cases import batches, logon
from fakes.copied_cases import copied_case, take
from gamekeeper.store.case import Case
from gamekeeper.store.commit import Batch, Bookmark, Writer
from gamekeeper.store.compact import compact
from gamekeeper.store.records import Kind
from gamekeeper.store.writing import EventWriter

ROUNDS = 12


class Reader(threading.Thread):
    """Counts events in a loop, in three ways that have to agree."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self._case = case
        self._is_over = threading.Event()
        self.counts: list[int] = []
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            while not self._is_over.is_set():
                self.counts.append(self._count())
        except BaseException as error:  # noqa: BLE001 - the test tells it
            self.error = error

    def _count(self) -> int:
        with self._case.snapshot() as snapshot:
            by_manifest = snapshot.rows
            by_sql = snapshot.database().table("SELECT count(*) AS n FROM windows_security")
            by_batch = sum(len(batch) for batch in snapshot.batches(None, ()))
            (count,) = by_sql.column("n").to_pylist()
            assert by_manifest == count == by_batch, (by_manifest, count, by_batch)
            return by_batch

    def stop(self) -> None:
        self._is_over.set()
        self.join()


@pytest.mark.slow
def test_a_reader_never_sees_half_a_commit(tmp_path: Path) -> None:
    case = copied_case(tmp_path / "case", [logon(n) for n in range(50)])
    committed = {50}
    readers = [Reader(case), Reader(case)]
    for reader in readers:
        reader.start()
    for number in range(1, ROUNDS):
        # Half of every log is in the one before it: files are replaced and retired all the time.
        take(case, [logon(n, source=number) for n in range(number * 25, number * 25 + 50)])
        with closing(case.manifest()) as manifest:
            committed.add(sum(file.rows for file in manifest.files(Kind.EVENTS)))
        if number % 3 == 0:
            with Writer(case) as writer:
                compact(writer)
    for reader in readers:
        reader.stop()
        assert reader.error is None
        assert reader.counts == sorted(reader.counts)
        assert set(reader.counts) <= committed
        assert len(set(reader.counts)) > 2
    with Writer(case):
        pass
    kept = {file.name for file in case.layout.root.glob("*/*/*.parquet")}
    with case.snapshot() as snapshot:
        assert kept == {Path(file.path).name for file in snapshot.files}


def test_a_batch_of_many_files_shows_all_at_once(tmp_path: Path) -> None:
    case = copied_case(tmp_path / "case", [logon(n) for n in range(5)])
    with Writer(case) as writer:
        files = []
        for number in range(3):
            events = EventWriter(writer.staging, str(number))
            events.add(batches([logon(100 + number)])[0])
            files += events.finish()
        with case.snapshot() as before:
            writer.commit(Batch("ingest", files, [Bookmark(0, 1, 2)]))
            assert before.rows == sum(len(batch) for batch in before.batches()) == 5
        with case.snapshot() as after:
            assert after.rows == 8
