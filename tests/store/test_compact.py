from __future__ import annotations

from pathlib import Path

import pytest

from fakes.cases import NEW_YEAR, SECOND, batches, case_of, logon
from fakes.copied_cases import copied_case
from gamekeeper.store import compact as module
from gamekeeper.store.case import Case
from gamekeeper.store.commit import Writer
from gamekeeper.store.compact import compact, plan
from gamekeeper.store.records import Kind, Span, StoredFile
from gamekeeper.store.verify import verify


def file(number: int, rows: int, host: str = "a", first: int = 0, batch: int = 1) -> StoredFile:
    spans = (Span(0, host, "security", rows, 0, first, first),)
    return StoredFile(
        number, Kind.EVENTS, "windows.security", "p", rows, rows, "", first, first, batch, spans
    )


def numbers(files: list[StoredFile], *edges: int) -> list[list[int]]:
    return [[one.number for one in group] for group in plan(files, edges)]


def merged(case: Case) -> int:
    with Writer(case) as writer:
        return compact(writer).merged


def test_neighbours_in_time_and_of_one_host_come_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TARGET_ROWS", 100)
    files = [
        file(1, 40, "b", 5),
        file(2, 40, "a", 9),
        file(3, 40, "a", 1),
        file(4, 40, "b", 1),
        file(5, 50, "a", 0),  # half of the target: large enough
    ]
    assert numbers(files) == [[3, 2], [4, 1]]


def test_what_rules_have_seen_stays_apart_from_what_they_have_not() -> None:
    files = [file(n, 10, batch=n) for n in range(1, 6)]
    assert numbers(files) == [[1, 2, 3, 4, 5]]
    assert numbers(files, 3) == [[1, 2, 3], [4, 5]]
    assert numbers(files, 4) == [[1, 2, 3, 4]]


def test_merging_changes_no_event_and_no_account(tmp_path: Path) -> None:
    case = copied_case(
        tmp_path / "case",
        [logon(n) for n in range(10)],
        [logon(n, source=1) for n in range(5, 15)],
        [logon(n, source=2, system={"Computer": "ws"}) for n in range(4)],
        [logon(n, source=3) for n in range(12, 20)],
        rejects=1,
    )

    def seen() -> tuple[list[object], ...]:
        with case.snapshot() as snapshot:
            table = snapshot.database().table("SELECT * FROM windows_security ORDER BY ALL")
            return table.to_pylist(), list(snapshot.sources())

    before = seen()
    assert merged(case) > 0
    assert seen() == before
    verdict = verify(case)
    assert verdict.is_sound, verdict.faults
    assert verdict.remarks == []
    with case.snapshot() as snapshot:
        assert {kind: len(snapshot.of_kind(kind)) for kind in Kind} == {
            Kind.EVENTS: 1,
            Kind.RECOVERED: 0,
            Kind.WITNESSES: 1,
            Kind.REJECTS: 1,
            Kind.HABITS: 0,
            Kind.MATCHES: 0,
        }
    assert (
        len(list(case.layout.root.glob("*/*/*.parquet"))) == 3
    )  # nobody read: the old ones are gone
    assert merged(case) == 0


def test_a_reader_keeps_what_it_saw(tmp_path: Path) -> None:
    case = case_of(tmp_path / "case", *(batches([logon(n)]) for n in range(3)))
    with case.snapshot() as snapshot:
        assert merged(case) == 3
        assert sum(len(batch) for batch in snapshot.batches()) == 3
    assert merged(case) == 0
    assert len(list(case.layout.root.glob("*/*/*.parquet"))) == 1


def test_files_of_different_periods_are_passed_over_as_before(tmp_path: Path) -> None:
    day = 86_400 * SECOND
    case = case_of(
        tmp_path / "case",
        *(batches([logon(n, filetime=NEW_YEAR + n * day)]) for n in range(4)),
    )
    assert merged(case) == 4
    with case.snapshot() as snapshot:
        (one,) = snapshot.files
        assert (one.first, one.last) == (NEW_YEAR, NEW_YEAR + 3 * day)
