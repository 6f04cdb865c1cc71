from __future__ import annotations

from pathlib import Path

import pytest

from fakes.questions import make
from gamekeeper.questions import fragments
from gamekeeper.store.sql import literal


def value(folder: Path, sql: str) -> object:
    with make(folder, []).snapshot() as snapshot:
        return snapshot.database().table(f"SELECT {sql} AS v").column("v")[0].as_py()


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("0x00000000000003E7", "0x3e7"),
        ("0x3e7", "0x3e7"),
        ("999", "0x3e7"),
        ("0xFFFFFFFFFFFFFFFF", "0xffffffffffffffff"),
        ("0x0", None),
        ("0", None),
        ("-", None),
        ("", None),
        ("0x", "0x"),
        ("%%1842", "%%1842"),
    ],
)
def test_numbers_have_one_spelling(tmp_path: Path, given: str, wanted: str | None) -> None:
    assert value(tmp_path, fragments.hexadecimal(literal(given))) == wanted


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("::ffff:10.0.0.9", "10.0.0.9"),
        ("10.0.0.9", "10.0.0.9"),
        ("FE80:0:0:0:0:0:0:1", "fe80::1"),
        ("0:0:0:0:0:0:0:1", "::1"),
        ("fe80::1", "fe80::1"),
        ("ff02:0:0:0:0:0:1:3", "ff02::1:3"),
        ("LOCAL", None),
        ("0.0.0.0", None),
        ("0:0:0:0:0:0:0:0", None),
        ("-", None),
        ("no address'", "no address'"),
    ],
)
def test_addresses_have_one_spelling(tmp_path: Path, given: str, wanted: str | None) -> None:
    assert value(tmp_path, fragments.address(literal(given))) == wanted


def test_ports_and_guids(tmp_path: Path) -> None:
    assert value(tmp_path / "1", fragments.port("'445'")) == 445
    assert value(tmp_path / "2", fragments.port("'0'")) is None
    assert value(tmp_path / "3", fragments.port("'x'")) is None
    zeros = "'{00000000-0000-0000-0000-000000000000}'"
    assert value(tmp_path / "4", fragments.guid(zeros)) is None
    assert value(tmp_path / "5", fragments.guid("'{ab}'")) == "{AB}"


def test_words_are_looked_up(tmp_path: Path) -> None:
    table = {"1": "it's one", "2": "two"}
    assert value(tmp_path / "1", fragments.words("'1'", table)) == "it's one"
    assert value(tmp_path / "2", fragments.words("'9'", table)) is None
    assert value(tmp_path / "3", fragments.words("NULL::VARCHAR", table)) is None
    assert fragments.words("x", {}) == "NULL"


def test_fields_are_found_with_and_without_a_column(tmp_path: Path) -> None:
    events = [{"id": 1, "TargetUserName": "ann", "Unheard-Of": ["a'b", "c"]}]
    with make(tmp_path, events).snapshot() as snapshot:
        named = fragments.field("windows.security", "targetusername")
        unknown = fragments.fact("windows.security", "unheard-of")
        sql = f"SELECT {named} AS a, {unknown} AS b, {fragments.others('UNHEARD-OF')} AS c"
        (row,) = snapshot.database().table(f"{sql} FROM windows_security").to_pylist()
    assert row == {"a": "ann", "b": "a'b", "c": ["a'b", "c"]}


def test_conditions_carry_their_parameters() -> None:
    where, given = fragments.all_of(
        [fragments.like(["a", "b"], ["x%*", "?_"]), ("c = ?", [3]), ("true", [])]
    )
    assert given == ["x\\%%", "x\\%%", "_\\_", "_\\_", 3]
    assert where.count("?") == 5
    assert fragments.all_of([]) == ("true", [])


def test_lists_of_ours() -> None:
    assert fragments.listed(["a", "o'b"]) == "('a', 'o''b')"
    assert fragments.numbers([1, 2]) == "(1, 2)"
    assert "DISTINCT x" in fragments.values("x")
    assert fragments.text("x") == "nullif(nullif(x, ''), '-')"
