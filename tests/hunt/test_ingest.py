from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from fakes.sources import write_words
from gamekeeper.errors import NothingReadable
from gamekeeper.hunt import ingest as module
from gamekeeper.hunt.ingest import Ingested, _missing, ingest
from gamekeeper.hunt.request import Request
from gamekeeper.hunt.workfolder import WorkFolder
from gamekeeper.store.case import Case
from gamekeeper.store.records import Kind
from gamekeeper.store.settle import settle
from gamekeeper.store.verify import verify

pytestmark = pytest.mark.usefixtures("words")


@pytest.fixture
def work(tmp_path: Path) -> Iterator[WorkFolder]:
    folder = WorkFolder(str(tmp_path))
    yield folder
    folder.close()


def take(tmp_path: Path, work: WorkFolder, name: str = "logs", workers: int = 1) -> Ingested:
    case = Case.open_or_create(tmp_path / "case")
    return ingest(Request((str(tmp_path / name),), workers=workers), case, work)


def counts(tmp_path: Path) -> dict[str, int]:
    with Case.open(tmp_path / "case").snapshot() as snapshot:
        return {
            kind: sum(file.rows for file in snapshot.of_kind(kind))
            for kind in (Kind.EVENTS, Kind.REJECTS, Kind.WITNESSES)
        }


@pytest.mark.parametrize("workers", [1, 2])
def test_logs_are_taken_in_and_accounted_for(
    tmp_path: Path, work: WorkFolder, workers: int
) -> None:
    write_words(tmp_path / "logs" / "a", "x", "evil", "bad")
    write_words(tmp_path / "logs" / "b", "y", "z")
    (tmp_path / "logs" / "notes.md").write_text("no log")
    done = take(tmp_path, work, workers=workers)
    assert (done.events, done.copies, done.unread) == (4, 0, 1)
    assert [(s.records_present, s.events, s.rejects) for s in done.sources] == [
        (3, 2, 1),
        (2, 2, 0),
    ]
    assert all(len(source.sha256) == 64 for source in done.sources)
    assert counts(tmp_path) == {Kind.EVENTS: 4, Kind.REJECTS: 1, Kind.WITNESSES: 0}


def test_the_same_bytes_are_taken_in_once(tmp_path: Path, work: WorkFolder) -> None:
    write_words(tmp_path / "logs" / "a", "x", "y")
    take(tmp_path, work)
    (tmp_path / "logs" / "a").rename(tmp_path / "logs" / "z")
    again = take(tmp_path, work)
    assert (again.events, again.sources) == (0, ())
    assert [(Path(p).name, Path(o).name) for p, o in again.known] == [("z", "a")]
    write_words(tmp_path / "logs" / "b", "new")
    write_words(tmp_path / "logs" / "c", "new")  # the same bytes twice in one ingest
    third = take(tmp_path, work)
    assert (third.events, len(third.sources), len(third.known)) == (1, 1, 2)
    assert counts(tmp_path)[Kind.EVENTS] == 3


def test_an_ingest_that_was_killed_goes_on_where_it_was(
    tmp_path: Path, work: WorkFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "UNIT_BYTES", 1)
    monkeypatch.setattr(module, "COMMIT_BYTES", 1)
    for name in "abcd":
        write_words(tmp_path / "logs" / name, name, "x", "bad")
    calls = 0

    def dies(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt
        return settle(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "settle", dies)
    with pytest.raises(KeyboardInterrupt):
        take(tmp_path, work)
    half = counts(tmp_path)[Kind.EVENTS]
    assert 0 < half < 8
    monkeypatch.setattr(module, "settle", settle)
    done = take(tmp_path, work)
    assert half + done.events == counts(tmp_path)[Kind.EVENTS]
    with Case.open(tmp_path / "case").snapshot() as snapshot:
        accounts = snapshot.sources()
    assert [(s.records_present, s.events, s.rejects) for s in accounts] == [(3, 2, 1)] * 4
    assert [Path(s.path).name for s in accounts] == ["a", "b", "c", "d"]


def test_books_that_a_kill_left_open_are_closed_by_the_next_ingest(
    tmp_path: Path, work: WorkFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_words(tmp_path / "logs" / "a", "x", "bad")

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(module, "balance", dies)
        with pytest.raises(KeyboardInterrupt):
            take(tmp_path, work)
    verdict = verify(Case.open(tmp_path / "case"))
    assert verdict.is_sound
    assert "not completely taken in" in verdict.remarks[0].detail
    done = take(tmp_path, work)
    assert (done.events, [Path(one.path).name for one in done.sources]) == (0, ["a"])
    assert verify(Case.open(tmp_path / "case")).remarks == []
    assert take(tmp_path, work).sources == ()


def test_every_path_of_a_log_is_noted(tmp_path: Path, work: WorkFolder) -> None:
    write_words(tmp_path / "logs" / "a", "x")
    take(tmp_path, work)
    write_words(tmp_path / "logs" / "b", "x")
    take(tmp_path, work)
    with closing(Case.open(tmp_path / "case").manifest()) as manifest:
        assert [Path(path).name for path in manifest.paths()[0]] == ["a", "b"]


def test_nothing_readable_is_told(tmp_path: Path, work: WorkFolder) -> None:
    (tmp_path / "logs" / "notes.md").write_text("no log")
    with pytest.raises(NothingReadable):
        take(tmp_path, work)


@pytest.mark.parametrize(
    ("done", "left"),
    [
        ([], [(0, 10)]),
        ([(0, 10)], []),
        ([(0, 4), (4, 10)], []),
        ([(0, 4)], [(4, 10)]),
        ([(2, 4), (6, 20)], [(0, 2), (4, 6)]),
        ([(10, 20)], [(0, 10)]),
    ],
)
def test_what_is_missing_of_a_range(
    done: list[tuple[int, int]], left: list[tuple[int, int]]
) -> None:
    assert list(_missing(0, 10, done)) == left
