from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.databases import database, install
from gamekeeper.sources.windows_state import access_tables


@pytest.fixture(autouse=True)
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    forget()
    monkeypatch.syspath_prepend(str(install(tmp_path / "packages")))
    yield
    forget()


def forget() -> None:
    """Forget the package that was imported, be it the extra or the stand-in."""
    for name in [name for name in sys.modules if name.split(".")[0] == "dissect"]:
        del sys.modules[name]


def test_records_come_as_lines_and_an_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"a": 1, "b": {"bytes": "AQI="}, "c": None}, {"a": "raise"}]
    (tmp_path / "x.mdb").write_bytes(database({"DNS": rows, "Other": [{"a": 1}]}))
    monkeypatch.setattr("sys.argv", ["x", str(tmp_path / "x.mdb")])
    access_tables.main()
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {"table": "DNS", "values": {"a": 1, "b": {"hex": "0102"}, "c": None}},
        {"bad": "bad_record", "table": "DNS", "why": "IndexError"},
        {"end": True},
    ]


def test_a_damaged_table_costs_the_rest_of_itself(tmp_path: Path) -> None:
    path = tmp_path / "x.mdb"
    path.write_bytes(database({"DNS": ["raise", {"a": 1}], "CLIENTS": [{"a": 1}]}))
    assert list(access_tables.lines(path)) == [
        {"bad": "bad_table", "table": "DNS", "why": "Error"},
        {"table": "CLIENTS", "values": {"a": 1}},
        {"end": True},
    ]
