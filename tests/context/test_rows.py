from __future__ import annotations

import codecs
import hashlib
from pathlib import Path

import pytest

from gamekeeper.context.rows import REMARKS_LIMIT, SIZE_LIMIT_BYTES, Columns, Given, Remarks, load
from gamekeeper.errors import UsageError

COLUMNS = Columns({"host": ("hostname",), "purdue": ("purduelevel",)})


def text_of(data: bytes) -> tuple[str, tuple[str, ...]]:
    remarks = Remarks()
    return Given(Path("a.csv"), data, "assets").text(remarks), remarks.texts()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_spreadsheets_write_is_read_without_a_remark(encoding: str) -> None:
    assert text_of("höst".encode(encoding)) == ("höst", ())


def test_windows_1252_is_read_with_a_remark() -> None:
    text, remarks = text_of("höst\n".encode("cp1252"))
    assert text == "höst\n"
    assert "Windows-1252" in remarks[0]


def test_a_mark_that_lies_is_an_error() -> None:
    with pytest.raises(UsageError, match=r"a\.csv: it starts like utf-8-sig"):
        text_of(codecs.BOM_UTF8 + b"\xff\xff")


def test_columns_are_known_by_other_names_too() -> None:
    names = ["Host", "HOST NAME", "purdue_level", "Purdue-Level", "colour"]
    assert [COLUMNS.of(name) for name in names] == ["host", "host", "purdue", "purdue", None]
    assert "did you mean 'hostname'?" in COLUMNS.unknown("hostnam")


def test_remarks_stand_by_line_and_are_bounded() -> None:
    remarks = Remarks()
    for line in range(REMARKS_LIMIT + 7, 0, -1):
        remarks.add(line, "odd")
    texts = remarks.texts()
    assert texts[0] == "line 8: odd"
    assert texts[-1] == "and 7 more remarks"


def test_what_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load(tmp_path / "absent.csv", "assets")
    with pytest.raises(UsageError, match="is no file; give the assets list"):
        load(tmp_path, "assets")
    large = tmp_path / "large.csv"
    with large.open("wb") as stream:
        stream.truncate(SIZE_LIMIT_BYTES + 1)
    with pytest.raises(UsageError, match="larger than 64 MiB"):
        load(large, "assets")


def test_a_file_is_accounted_for_with_its_digest(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"host\n")
    account = load(tmp_path / "a.csv", "assets").account(3, Remarks())
    assert (account.kind, account.entries, account.remarks) == ("assets", 3, ())
    assert account.sha256 == hashlib.sha256(b"host\n").hexdigest()
