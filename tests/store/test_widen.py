"""A case of an earlier version, whose datasets declared fewer columns."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fakes.cases import batches, case_of, logon
from gamekeeper.store.case import Case
from gamekeeper.store.commit import Writer
from gamekeeper.store.compact import compact
from gamekeeper.store.records import Kind
from gamekeeper.store.schemas import mark, mark_of, stored
from gamekeeper.store.selection import Selection
from gamekeeper.store.verify import verify
from gamekeeper.store.widen import REST, in_schema, read_group, widened
from gamekeeper.store.writing import digest_of

LATE = ("IpAddress", "TargetUserName")


def earlier(table: pa.Table) -> pa.Table:
    """The rows as a version wrote them that did not know two of the columns yet."""
    rows = table.to_pylist()
    for row in rows:
        pairs = [{"name": name.upper(), "value": row.pop(name)} for name in LATE]
        twice = [{"name": "ipaddress", "value": "a second one"}]
        row[REST] = [*row[REST], *(pair for pair in pairs if pair["value"] is not None), *twice]
    schema = pa.schema([field for field in table.schema if field.name not in LATE])
    return pa.Table.from_pylist(rows, schema)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """Two files, the first of which an earlier version wrote."""
    case = case_of(
        tmp_path / "case",
        batches([logon(n) for n in range(9)]),
        batches([logon(n, source=1) for n in range(20, 25)]),
    )
    with Writer(case) as writer:
        first = writer.manifest.files(Kind.EVENTS)[0]
        path = case.layout.path(first.path)
        old = earlier(pq.read_table(path))
        pq.write_table(old, path)
        with writer.manifest.transaction() as connection:
            connection.execute(
                "UPDATE files SET columns = ?, sha256 = ?, size_bytes = ? WHERE number = ?",
                (mark_of(old.schema.names), digest_of(path), path.stat().st_size, first.number),
            )
    return case


def users(case: Case) -> list[str]:
    with case.snapshot() as snapshot:
        found = []
        for batch in snapshot.batches(columns=("TargetUserName",)):
            found += batch.table.column("TargetUserName").to_pylist()
        return sorted(found)


EXPECTED = sorted(f"user{n % 3}" for n in (*range(9), *range(20, 25)))


def test_values_are_found_in_the_rest(case: Case) -> None:
    assert users(case) == EXPECTED
    with case.snapshot() as snapshot:
        (batch, _) = snapshot.batches()
    assert batch.table.schema.equals(stored("windows.security"))
    assert batch.table.column("IpAddress").to_pylist() == [f"10.0.0.{n}" for n in range(9)]
    left = batch.table.column(REST).to_pylist()
    assert left == [[{"name": "ipaddress", "value": "a second one"}]] * 9


def test_sql_finds_them_too(case: Case) -> None:
    sql = (
        'SELECT "TargetUserName" AS u, "IpAddress" AS a FROM windows_security '
        'ORDER BY "event.filetime"'
    )
    with case.snapshot() as snapshot:
        table = snapshot.database().table(sql)
        assert sorted(table.column("u").to_pylist()) == EXPECTED
        assert table.column("a").to_pylist()[:9] == [f"10.0.0.{n}" for n in range(9)]
        period = Selection(hosts=("dc*",), event_ids=(4624,))
        assert snapshot.database(period).table("SELECT count(*) AS n FROM events")[
            "n"
        ].to_pylist() == [14]


def test_merging_writes_such_files_anew(case: Case) -> None:
    with Writer(case) as writer:
        assert compact(writer).made == 1
    assert users(case) == EXPECTED
    with case.snapshot() as snapshot:
        (file,) = snapshot.of_kind(Kind.EVENTS)
        assert file.columns == mark("windows.security")


def test_such_a_case_verifies(case: Case) -> None:
    assert not verify(case).faults


def test_a_name_without_a_pair_is_an_empty_column(case: Case) -> None:
    with case.snapshot() as snapshot:
        old = snapshot.of_kind(Kind.EVENTS)[0]
        with pq.ParquetFile(case.layout.path(old.path)) as file:
            table = read_group(file, 0, "windows.security", ["IpAddress", "no such", REST])
    assert table.schema.names == ["IpAddress", REST]
    wide = widened(table.select([REST]).combine_chunks(), ["Nothing"])
    assert wide.column("Nothing").null_count == 9
    filled = in_schema(table, "windows.security", ["LogonType", "IpAddress"])
    assert filled.column("LogonType").null_count == 9
    assert filled.column("IpAddress").null_count == 0
