from __future__ import annotations

import base64
import os
import random
from pathlib import Path
from typing import Any

import pytest

from fakes import ese
from fakes.databases import MARK, database, install
from gamekeeper.sources.base import Dependent
from gamekeeper.sources.windows_state import access
from gamekeeper.sources.windows_state.access import AccessSource, has_reader

SOURCE = AccessSource()
PATH = "C/Windows/System32/LogFiles/Sum/Current.mdb"
CLIENT = {
    "RoleGuid": "10a9226f-50ee-49d8-a393-9a501d47ce04",
    "AuthenticatedUserName": "example\\ann",
    "Address": {"bytes": base64.b64encode(bytes([10, 1, 1, 5])).decode()},
    "LastAccess": 133_500_000_000_000_000,
    "TotalAccesses": 3,
    "Day1": 0,
    "Day17": 3,
}


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader of databases as the extra brings it."""
    folder = install(tmp_path / "packages")
    root = str(Path(access.__file__).parents[3])
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(folder), root)))


@pytest.mark.usefixtures("reader")
def test_a_client_is_an_event(read: Any) -> None:
    found = read(SOURCE, database({"CLIENTS": [CLIENT], "MSysObjects": [{"a": 1}]}), PATH)
    [row] = found.rows
    assert row["AuthenticatedUserName"] == "example\\ann"
    assert row["Address"] == "10.1.1.5"
    assert row["RoleName"] == "File Server"
    assert row["LastAccess"] == "2024-01-17T21:20:00.0000000Z"
    assert row["Days"] == "2024-01-17=3"
    assert row["event.filetime"] == CLIENT["LastAccess"]
    assert found.tally.shape == "ual"
    assert found.adds_up()


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize(
    ("rows", "events", "reasons"),
    [
        ([CLIENT, "raise", CLIENT], 1, ["bad_table"]),
        ([CLIENT, {**CLIENT, "Address": "raise"}, CLIENT], 2, ["bad_record"]),
        (["exit"], 0, ["reader_crashed"]),
        ([], 0, []),
    ],
)
def test_damage_is_told_and_counted(
    rows: list[Any], events: int, reasons: list[str], read: Any
) -> None:
    found = read(SOURCE, database({"CLIENTS": rows, "DNS": []}), PATH)
    assert len(found.rows) == events
    assert [reject.reason for reject in found.rejects] == reasons
    assert found.adds_up()


@pytest.mark.usefixtures("reader")
def test_a_database_without_a_catalogue_is_one_reject(read: Any) -> None:
    found = read(SOURCE, database(None), PATH)
    assert [reject.reason for reject in found.rejects] == ["bad_database"]


@pytest.mark.usefixtures("reader")
def test_records_without_end_end(read: Any) -> None:
    found = read(SOURCE, database({"CLIENTS": ["circle"]}), PATH)
    assert "a circle of pages" in found.rejects[-1].detail
    assert found.adds_up()


@pytest.mark.usefixtures("reader")
def test_a_reader_that_hangs_is_ended(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "_LIMIT_S", 3.0)
    found = read(SOURCE, database({"CLIENTS": ["hang"]}), PATH)
    assert [reject.detail for reject in found.rejects] == ["the reader of the database hung"]


def test_without_the_extra_the_file_says_how_to_get_it(
    read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "has_reader", lambda: False)
    found = read(SOURCE, database({"CLIENTS": [CLIENT]}), PATH)
    [reject] = found.rejects
    assert reject.reason == "needs_extra"
    assert "pip install 'gamekeeper[ual]'" in reject.detail
    assert found.adds_up()


def test_what_is_missing_is_said_before_anything_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(SOURCE, Dependent)
    monkeypatch.setattr(access, "has_reader", lambda: True)
    assert SOURCE.missing() == ""
    monkeypatch.setattr(access, "has_reader", lambda: False)
    assert SOURCE.missing() == "reading it takes an extra: pip install 'gamekeeper[ual]'"


def test_a_package_that_is_not_there_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "_EXTRA", "no_such_package.at_all")
    assert not has_reader()
    monkeypatch.setattr(access, "_EXTRA", "json.decoder")
    assert has_reader()


@pytest.mark.parametrize(
    "path",
    [
        PATH,
        r"Sum\SystemIdentity.mdb",
        "x.zip!Sum/{B0D6A2F4-0D0B-4C0F-9B9A-1234567890AB}.mdb",
        "srv01_current.MDB",
    ],
)
def test_the_three_names_are_known(path: str) -> None:
    assert SOURCE.sniff(MARK, path) == 1


@pytest.mark.parametrize(
    ("head", "path"),
    [
        (MARK, "ntds.dit"),
        (MARK, "WebCacheV01.dat"),
        (MARK, "other.mdb"),
        (b"\0\1\0\0Standard Jet DB", "Current.mdb"),
        (b"", "Current.mdb"),
    ],
)
def test_other_databases_are_not(head: bytes, path: str) -> None:
    assert SOURCE.sniff(head, path) < 0


REAL = ese.Table(
    "CLIENTS",
    (
        ese.Column(1, "RoleGuid", ese.GUID),
        ese.Column(2, "TotalAccesses", ese.UNSIGNED_LONG),
        ese.Column(3, "InsertDate", ese.DATETIME),
        ese.Column(4, "LastAccess", ese.DATETIME),
        ese.Column(128, "Address", ese.BINARY),
        ese.Column(256, "AuthenticatedUserName", ese.LONG_TEXT),
        ese.Column(257, "Day17", ese.UNSIGNED_SHORT),
    ),
    (
        {**CLIENT, "Address": bytes([10, 1, 1, 5])},
        {"Address": bytes(15) + b"\1", "TotalAccesses": 1},
    ),
)


@pytest.mark.skipif(not has_reader(), reason="the extra ual is not installed")
def test_the_real_reader_reads_a_database(read: Any) -> None:
    found = read(SOURCE, ese.database(REAL), PATH)
    assert found.adds_up()
    assert found.rejects == []
    assert found.column("Address") == ["10.1.1.5", "::1"]
    assert found.column("AuthenticatedUserName") == ["example\\ann", None]
    assert found.column("RoleName") == ["File Server", None]
    assert found.column("Days") == ["2024-01-17=3", None]
    assert found.column("event.filetime") == [CLIENT["LastAccess"], None]


@pytest.mark.skipif(not has_reader(), reason="the extra ual is not installed")
@pytest.mark.parametrize("seed", range(12))
def test_the_real_reader_on_damaged_databases(seed: int, read: Any) -> None:
    rng = random.Random(seed)
    changed = bytearray(ese.database(REAL))
    for _ in range(8):
        at = rng.choice((rng.randrange(232, 244), rng.randrange(5 * 8192, len(changed))))
        changed[at] = rng.randrange(256)
    assert read(SOURCE, bytes(changed), PATH).adds_up()
