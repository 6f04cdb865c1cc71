from __future__ import annotations

from pathlib import Path

import pytest

from fakes.cases import batches, logon
from gamekeeper.errors import CaseBusy
from gamekeeper.model.tallies import FileTally
from gamekeeper.store.case import Case
from gamekeeper.store.commit import Batch, Bookmark, Writer
from gamekeeper.store.records import Kind, StagedFile
from gamekeeper.store.writing import EventWriter


def staged(writer: Writer, *numbers: int) -> list[StagedFile]:
    events = EventWriter(writer.staging, f"s{numbers[0]}")
    for batch in batches([logon(n) for n in numbers]):
        events.add(batch)
    return list(events.finish())


def parquet_files(case: Case) -> list[Path]:
    return sorted(case.layout.root.rglob("*.parquet"))


def test_a_batch_is_there_as_a_whole(case: Case) -> None:
    tally = FileTally(0, records_present=2, events=2)
    with Writer(case) as writer:
        batch = Batch("ingest", staged(writer, 40, 41), [Bookmark(0, 7, 9)], [(7, tally)])
        assert writer.commit(batch) == 3
    with case.snapshot() as snapshot:
        assert snapshot.rows == 25
        assert snapshot.sources()[0].events == 22
    manifest = case.manifest()
    assert manifest.bookmarks()[0] == [(0, 1), (7, 9)]
    manifest.close()


def test_what_a_killed_writer_left_goes_with_the_next_one(case: Case) -> None:
    before = parquet_files(case)
    with Writer(case) as writer:
        writer.placed(staged(writer, 50))  # in its place, and then no transaction
    assert len(parquet_files(case)) == len(before) + 1
    with case.snapshot() as snapshot:
        assert snapshot.rows == 23
    case.layout.staging.mkdir()
    (case.layout.staging / "half").write_bytes(b"PAR1")
    with Writer(case) as writer:
        assert parquet_files(case) == before
        assert list(writer.staging.iterdir()) == []
    assert not case.layout.staging.exists()


def test_a_batch_that_fails_leaves_the_case_as_it_was(case: Case) -> None:
    with Writer(case) as writer:
        twice = [Bookmark(0, 0, 1)]  # that part is there already
        with pytest.raises(Exception, match="UNIQUE"):
            writer.commit(Batch("ingest", staged(writer, 60), twice))
    with case.snapshot() as snapshot:
        assert snapshot.rows == 23


def test_one_writes_at_a_time(case: Case) -> None:
    with Writer(case), pytest.raises(CaseBusy), Writer(case):
        pass


def test_a_retired_file_outlives_its_readers(case: Case) -> None:
    with case.snapshot() as snapshot:
        with Writer(case) as writer:
            (first, _) = writer.manifest.files(Kind.EVENTS)
            writer.commit(Batch("compact", retired=[first.number]))
        assert sum(len(batch) for batch in snapshot.batches()) == 23
        with case.snapshot() as later:
            assert later.rows == 3
    with Writer(case):
        pass
    assert not case.layout.path(first.path).exists()
