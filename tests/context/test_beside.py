from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from fakes.mmdb import mmdb
from gamekeeper.context.beside import with_context
from gamekeeper.context.given import Context
from gamekeeper.model.answers import Answer

SCHEMA = pa.schema(
    [
        pa.field("host.name", pa.utf8()),
        pa.field("user.name", pa.dictionary(pa.int32(), pa.utf8())),
        pa.field("user.domain", pa.utf8()),
        pa.field("source.ip", pa.utf8()),
    ]
)
ROWS = [
    {"host.name": "dc01", "user.name": "backup", "user.domain": "EX", "source.ip": "8.8.8.7"},
    {"host.name": "ws07", "user.name": "ann", "user.domain": None, "source.ip": "10.0.0.1"},
    {"host.name": None, "user.name": None, "user.domain": None, "source.ip": None},
]


def answer() -> Answer:
    return Answer("test", SCHEMA, [pa.RecordBatch.from_pylist(ROWS, SCHEMA)])


def rows(found: Answer) -> list[dict[str, object]]:
    batches = list(found.batches)
    assert all(batch.schema.equals(found.schema) for batch in batches)
    return [row for batch in batches for row in batch.to_pylist()]


def test_without_context_nothing_changes() -> None:
    given = answer()
    with Context() as context:
        assert with_context(given, context) is given


def test_hosts_and_accounts_get_columns(tmp_path: Path) -> None:
    assets = tmp_path / "assets.csv"
    assets.write_text("host,role,criticality,site\ndc01,domain controller,5,plant\n")
    accounts = tmp_path / "accounts.csv"
    accounts.write_text("account,kind\nEX\\backup,service\nann,admin\n")
    with Context([str(assets)], [str(accounts)]) as context:
        found = rows(with_context(answer(), context))
    names = ("host.role", "host.criticality", "host.site", "user.kind")
    assert [tuple(row[name] for name in names) for row in found] == [
        ("domain controller", 5, "plant", "service"),
        (None, None, None, "admin"),
        (None, None, None, None),
    ]
    assert "source.geo.country_iso_code" not in found[0]


def test_addresses_get_columns(tmp_path: Path) -> None:
    path = tmp_path / "country.mmdb"
    path.write_bytes(mmdb({"8.8.8.0/24": {"country": {"iso_code": "NL"}}}))
    with Context(geoip=[str(path)]) as context:
        found = rows(with_context(answer(), context))
    assert [row["source.geo.country_iso_code"] for row in found] == ["NL", None, None]
    assert [row["source.as.number"] for row in found] == [None] * 3


@pytest.mark.parametrize("name", ["destination.ip", "client.ip"])
def test_other_columns_are_looked_up_too(tmp_path: Path, name: str) -> None:
    path = tmp_path / "country.mmdb"
    path.write_bytes(mmdb({"8.8.8.0/24": {"country": {"iso_code": "NL"}}}))
    schema = pa.schema([pa.field(name, pa.utf8())])
    batch = pa.RecordBatch.from_pylist([{name: "8.8.8.9"}], schema)
    with Context(geoip=[str(path)]) as context:
        (row,) = rows(with_context(Answer("x", schema, [batch]), context))
    assert row[f"{name.removesuffix('.ip')}.geo.country_iso_code"] == "NL"
