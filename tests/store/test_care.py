"""What keeps a case whole that no single module answers for."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from fakes.cases import batches, case_of, logon
from gamekeeper.errors import CaseError, UsageError
from gamekeeper.store import manifest
from gamekeeper.store.case import Case
from gamekeeper.store.commit import Batch, Writer, strays
from gamekeeper.store.layout import Layout
from gamekeeper.store.records import Kind
from gamekeeper.store.settle import settle
from gamekeeper.store.writing import EventWriter


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return case_of(tmp_path / "case", batches([logon(n) for n in range(20)]))


def test_files_of_other_people_in_the_folder_stay(case: Case) -> None:
    foreign = case.layout.root / "export" / "windows.security" / "1.parquet"
    ours = case.layout.root / "events" / "windows.security" / "99.parquet"
    foreign.parent.mkdir(parents=True)
    foreign.write_bytes(b"theirs")
    ours.write_bytes(b"left by a kill")
    with Writer(case):
        pass
    assert foreign.read_bytes() == b"theirs"
    assert not ours.exists()


def test_a_case_that_was_killed_while_it_was_made_can_be_made(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.unborn.write_bytes(b"half")
    layout.unborn.with_name(f"{layout.unborn.name}-wal").write_bytes(b"half")
    layout.write_lock.write_bytes(b"")
    case = Case.open_or_create(tmp_path, "Example Utility")
    assert Case.open(tmp_path) == case
    assert {path.name for path in tmp_path.iterdir()} == {"manifest.sqlite", "write.lock"}


def test_no_case_is_made_among_other_files(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="neither a case nor empty"):
        Case.create(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_number_never_comes_to_stand_for_another_file(case: Case) -> None:
    with Writer(case) as writer:
        (old,) = writer.manifest.files(Kind.EVENTS)
        writer.commit(Batch("compact", retired=[old.number]))
    with Writer(case) as writer:  # now the file and its row are gone
        events = EventWriter(writer.staging, "a")
        events.add(batches([logon(50)])[0])
        writer.commit(Batch("ingest", list(events.finish())))
        (new,) = writer.manifest.files(Kind.EVENTS)
    assert new.number == old.number + 1
    assert not case.layout.path(old.path).exists()


def test_a_file_that_the_system_holds_on_to_goes_later(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError

    with Writer(case) as writer:
        (old,) = writer.manifest.files(Kind.EVENTS)
        writer.commit(Batch("compact", retired=[old.number]))
        with monkeypatch.context() as patched:
            patched.setattr(Path, "unlink", refused)
            writer.remove_retired()
        assert case.layout.path(old.path).exists()
    assert not case.layout.path(old.path).exists()


def test_what_waits_in_the_log_of_a_copy_that_nobody_may_write_is_not_passed_over(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy"
    with Writer(case) as writer:
        writer.commit(Batch("ingest"))
        shutil.copytree(case.layout.root, copy)
    log = copy / "manifest.sqlite-wal"
    assert log.stat().st_size

    def refused(_: Path) -> sqlite3.Connection:
        raise sqlite3.OperationalError("attempt to write a readonly database")

    monkeypatch.setattr(manifest, "_connected", refused)
    monkeypatch.setattr(manifest.os, "access", lambda *_: False)
    with pytest.raises(CaseError, match="copy the whole folder"):
        Case.open(copy)
    log.unlink()
    assert Case.open(copy).id == case.id


def test_what_is_left_of_an_older_file_is_no_news(case: Case) -> None:
    with Writer(case) as writer:
        events = EventWriter(writer.staging, "a")
        events.add(batches([logon(n, source=1) for n in range(3)])[0])
        live = writer.manifest.files(Kind.EVENTS)
        # The new source is the one that keeps everything, so that the old file loses rows.
        settled = settle(case.layout, events.finish(), live, {0: 2})
        number = writer.commit(Batch("ingest", settled.files, retired=settled.retired))
        found = {file.rows: file.batch for file in writer.manifest.files(Kind.EVENTS)}
    assert found == {17: 1, 3: number}


def test_workers_of_a_killed_parent_write_where_nobody_looks(case: Case) -> None:
    with Writer(case) as writer:
        first, second = writer.workshop(), writer.workshop()
        assert first != second
        assert first.parent == second.parent == writer.staging
    assert not first.exists()


def test_strays_are_what_no_transaction_names(case: Case) -> None:
    stray = case.layout.root / "events" / "windows.security" / "99.parquet"
    stray.write_bytes(b"")
    with Case.open(case.layout.root).snapshot() as snapshot:
        assert snapshot.rows == 20
    opened = case.manifest()
    assert list(strays(case.layout, opened)) == [stray]
    opened.close()
