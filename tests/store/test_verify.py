from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from fakes.cases import batches, case_of, logon
from fakes.copied_cases import copied_case, take
from gamekeeper.model.events import RecordState
from gamekeeper.store.case import Case
from gamekeeper.store.records import Kind
from gamekeeper.store.verify import Originals, Verdict, verify


@pytest.fixture
def copied(tmp_path: Path) -> Case:
    """Three logs that overlap, each with two rejects; the first has a recovered record."""
    return copied_case(
        tmp_path / "case",
        [*(logon(n) for n in range(10)), logon(90, state=RecordState.STALE)],
        [logon(n, source=1) for n in range(15)],
        [logon(n, source=2) for n in range(12, 20)],
        rejects=2,
    )


def change(case: Case, statement: str) -> None:
    with closing(sqlite3.connect(case.layout.manifest)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.executescript(statement)


def path_of(case: Case, kind: Kind) -> Path:
    with case.snapshot() as snapshot:
        return case.layout.path(snapshot.of_kind(kind)[0].path)


def details(verdict: Verdict) -> str:
    return "\n".join(f"{one.place}: {one.detail}" for one in verdict.faults)


def test_a_case_that_nobody_touched_is_sound(copied: Case) -> None:
    verdict = verify(copied)
    assert verdict.is_sound, details(verdict)
    assert (verdict.events, verdict.copies, verdict.sources) == (20, 13, 3)
    assert verdict.remarks == []
    assert verify(copied).size_bytes == verdict.size_bytes > 0


@pytest.mark.parametrize("kind", [Kind.EVENTS, Kind.WITNESSES, Kind.REJECTS, Kind.RECOVERED])
def test_one_changed_byte_is_found_and_only_the_file_is_blamed(copied: Case, kind: Kind) -> None:
    path = path_of(copied, kind)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    (fault,) = verify(copied).faults
    assert fault.place.startswith(f"{kind}/")
    assert "SHA-256" in fault.detail


def test_a_file_that_is_missing_or_cut_off_is_found(copied: Case) -> None:
    path = path_of(copied, Kind.EVENTS)
    path.write_bytes(path.read_bytes()[:-10])
    assert "bytes, not" in details(verify(copied))
    path.unlink()
    assert "it is missing" in details(verify(copied))


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        ("UPDATE files SET rows = rows + 1 WHERE kind = 'events'", "rows, not"),
        ("UPDATE spans SET host = 'other' WHERE host != ''", "hosts, channels or times"),
        ("UPDATE files SET last = last + 1 WHERE kind = 'events'", "first and last time"),
        ("UPDATE files SET dataset = 'windows.sysmon' WHERE kind = 'events'", "columns"),
        (
            "DELETE FROM files WHERE kind = 'witnesses'",
            "events and copies are stored, 15 were read",
        ),
        ("DELETE FROM files WHERE kind = 'rejects'", "0 rejects are stored, 2 were counted"),
        (
            "DELETE FROM files WHERE kind = 'recovered'",
            "0 recovered records are stored, 1 were read",
        ),
        (
            "UPDATE tallies SET tally = replace(tally, '\"records_present\":17', '\"records_present\":18')",
            "18 records were there, but 15 were read and 2 refused",
        ),
        ("DELETE FROM sources WHERE number = 2", "rows name it, the manifest does not"),
        ("DELETE FROM batches WHERE number = 1", "names no row of batches"),
        (
            "UPDATE words SET row_group = 1; INSERT INTO words SELECT file, 2, filter FROM words",
            "filters of words",
        ),
    ],
)
def test_what_does_not_add_up_is_found(copied: Case, statement: str, complaint: str) -> None:
    change(copied, statement)
    assert complaint in details(verify(copied))


def test_a_copy_that_leads_nowhere_is_found(copied: Case) -> None:
    # The books are cooked as well, so that nothing but the pointers tells.
    with copied.snapshot() as snapshot:
        file = next(f for f in snapshot.of_kind(Kind.EVENTS) if f.spans[0].source == 0)
    change(copied, f"DELETE FROM files WHERE number = {file.number}")
    change(copied, f"DELETE FROM spans WHERE file = {file.number}")
    change(copied, f"DELETE FROM words WHERE file = {file.number}")
    change(
        copied,
        "UPDATE tallies SET tally = replace(replace(tally, '\"events\":10', '\"events\":0'), "
        "'\"records_present\":12', '\"records_present\":2') WHERE source = 0",
    )
    verdict = verify(copied)
    assert {fault.place for fault in verdict.faults} == {"log 0"}
    assert "copies lead to byte 4096, where no event is" in details(verdict)
    assert len(verdict.faults) == 10


def test_a_log_that_is_not_completely_there_is_told_and_no_fault(copied: Case) -> None:
    take(copied, [logon(40, source=3)], is_closed=False)
    change(
        copied,
        "UPDATE tallies SET tally = replace(tally, '\"records_present\":1,', '\"records_present\":9,') "
        "WHERE source = 3",
    )
    verdict = verify(copied)
    assert verdict.is_sound
    assert "not completely taken in" in verdict.remarks[0].detail


def test_strays_are_told(copied: Case) -> None:
    path_of(copied, Kind.EVENTS).with_name("99999999.parquet").write_bytes(b"")
    verdict = verify(copied)
    assert verdict.is_sound
    assert verdict.remarks[0].place == "events/windows.security/99999999.parquet"


def test_a_damaged_manifest_is_found(copied: Case) -> None:
    with closing(copied.manifest()) as manifest:
        manifest.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        ((page,),) = manifest.connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'spans_of_host'"
        )
        ((size,),) = manifest.connection.execute("PRAGMA page_size")
    with copied.layout.manifest.open("r+b") as stream:
        stream.seek((page - 1) * size)
        stream.write(b"\xff" * 64)
    verdict = verify(copied)
    assert not verdict.is_sound
    assert verdict.faults[0].place == "manifest.sqlite"


def test_logs_outside_of_the_case_are_looked_at_on_wish(tmp_path: Path) -> None:
    case = case_of(tmp_path / "case", batches([logon(1)]), batches([logon(2, source=1)]))
    log = tmp_path / "log"
    log.write_bytes(b"changed")
    change(case, f"UPDATE sources SET path = '{log}' WHERE number = 0")
    assert verify(case).is_sound
    verdict = verify(case, Originals(tmp_path / "spool"))
    assert "no longer those that were taken in" in details(verdict)
    assert (verdict.logs_same, verdict.logs_gone) == (0, 1)
