from __future__ import annotations

from pathlib import Path

import pytest

from fakes.cases import NEW_YEAR, SECOND, batches, case_of, logon
from gamekeeper.errors import UsageError
from gamekeeper.store.case import Case
from gamekeeper.store.selection import Selection
from gamekeeper.store.sql import literal, quoted, table_of


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    ordinary = [logon(n) for n in range(20)]
    odd = [
        logon(1, source=1, offset=n, system={"Channel": "System", "Computer": name})
        for n, name in enumerate(["a_b", "axb", "it's 100%"])
    ]
    return case_of(tmp_path_factory.mktemp("case") / "c", batches(ordinary), batches(odd))


def count(case: Case, selection: Selection | None = None, table: str = "events") -> int:
    with case.snapshot() as snapshot:
        found = snapshot.database(selection).table(f"SELECT count(*) AS n FROM {table}")
        return int(found.column("n")[0].as_py())


def test_a_dataset_is_a_table(case: Case) -> None:
    assert count(case, table="windows_security") == 20
    assert count(case, table="windows_system") == 3
    assert count(case, table="windows_sysmon") == 0  # there, and empty
    assert count(case) == 23


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(start=NEW_YEAR + 5 * SECOND, stop=NEW_YEAR + 7 * SECOND), 2),
        (Selection(hosts=("dc0?",)), 20),
        (Selection(hosts=("DC01",)), 20),
        (Selection(hosts=("dc01.EXAMPLE.org",)), 20),
        (Selection(hosts=("dc01.other.org", "axb")), 1),
        (Selection(hosts=("dc",)), 0),
        (Selection(hosts=("a_b",)), 1),  # an underscore is no wildcard
        (Selection(hosts=("it's 100%",)), 1),
        (Selection(hosts=("100%",)), 0),
        (Selection(channels=("SYSTEM",)), 3),
        (Selection(event_ids=(4624,)), 23),
        (Selection(event_ids=(1,)), 0),
        (Selection(datasets=("windows.system",)), 3),
    ],
)
def test_tables_show_what_is_selected(case: Case, selection: Selection, expected: int) -> None:
    assert count(case, selection) == expected
    with case.snapshot() as snapshot:  # and so do batches
        assert sum(len(batch) for batch in snapshot.batches(selection, ())) == expected


@pytest.mark.parametrize(
    "sql",
    [
        "COPY events TO 'stolen.csv'",
        "CREATE TABLE t (a INTEGER)",
        "SET memory_limit = '10GB'",
        "INSTALL httpfs",
        "ATTACH 'other.db'",
        "SELECT 1; SELECT 2",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('manifest.sqlite')",
        "SELECT * FROM glob('*')",
        "SELEC 1",
        "SELECT nothing FROM events",
        "",
    ],
)
def test_nothing_but_a_question_is_let_through(case: Case, sql: str) -> None:
    with case.snapshot() as snapshot, pytest.raises(UsageError):
        list(snapshot.database().batches(sql))


def test_an_error_while_rows_come_is_told_to_people(case: Case) -> None:
    with case.snapshot() as snapshot, pytest.raises(UsageError, match="cannot be answered"):
        list(snapshot.database().batches('SELECT CAST("Computer" AS INTEGER) FROM events'))


def test_parameters_are_values(case: Case) -> None:
    sql = 'SELECT count(*) AS n FROM events WHERE "Computer" = ?'
    with case.snapshot() as snapshot:
        database = snapshot.database()
        assert database.table(sql, ["it's 100%"]).column("n").to_pylist() == [1]
        assert database.table(sql, ["x' OR '1'='1"]).column("n").to_pylist() == [0]


def test_times_are_utc(case: Case) -> None:
    with case.snapshot() as snapshot:
        table = snapshot.database().table('SELECT min("@timestamp") AS t FROM windows_security')
    assert table.column("t")[0].as_py().isoformat() == "2026-01-01T00:00:00+00:00"


def test_names_are_quoted() -> None:
    assert quoted('a"b') == '"a""b"'
    assert literal("it's") == "'it''s'"
    assert table_of("windows.dns-server") == "windows_dns_server"


def test_large_sorts_spill_without_leaving_anything(case: Case) -> None:
    with case.snapshot() as snapshot:
        sql = "SELECT hash(range) AS h, repeat('x', 300) AS t FROM range(4000000) ORDER BY h"
        rows = sum(batch.num_rows for batch in snapshot.database().batches(sql))
        assert rows == 4_000_000
    assert not [p for p in Path.cwd().iterdir() if p.name == ".tmp"]


def test_all_datasets_answer_under_ecs_names(case: Case) -> None:
    sql = """SELECT "user.name" AS who, "host.name" AS host, "event.dataset" AS dataset, count(*) AS n
      FROM ecs WHERE "winlog.logon.type" = 'Network' GROUP BY ALL ORDER BY who"""
    with case.snapshot() as snapshot:
        database = snapshot.database()
        found = [database.table(sql).to_pylist() for _ in range(2)]
        assert set(database.held) == {"windows.security", "windows.system"}
    assert found[0] == found[1]
    assert [(row["who"], row["host"], row["n"]) for row in found[0]] == [
        ("user0", "dc01", 7),
        ("user1", "dc01", 7),
        ("user2", "dc01", 6),
    ]


def test_a_case_without_events_has_an_ecs_view(tmp_path: Path) -> None:
    assert count(case_of(tmp_path / "empty"), table="ecs") == 0
