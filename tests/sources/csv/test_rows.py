from __future__ import annotations

from io import BytesIO

import pytest

from gamekeeper.sources.csv import rows
from gamekeeper.sources.csv.dialect import Dialect
from gamekeeper.sources.csv.rows import Row, RowReader, lines_of
from gamekeeper.sources.text_bytes import Encoding

PLAIN = Dialect(Encoding("utf-8"))


def read(data: bytes, dialect: Dialect = PLAIN) -> list[Row]:
    return list(RowReader(lines_of(BytesIO(data), dialect), dialect))


def brief(data: bytes) -> list[tuple[int, str, list[str]]]:
    return [(row.first.number, row.damage, row.cells) for row in read(data)]


def test_lines_know_where_they_are() -> None:
    found = [(line.offset, line.number, line.raw) for line in lines_of(BytesIO(b"a\r\n\nb"), PLAIN)]
    assert found == [(0, 1, b"a\r\n"), (3, 2, b"\n"), (4, 3, b"b")]


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("block", [2, 3, 7, 1 << 20])
def test_wide_line_feeds_are_whole_characters(
    monkeypatch: pytest.MonkeyPatch, name: str, block: int
) -> None:
    monkeypatch.setattr(rows, "_READ_BYTES", block)
    text = "a\u0a00\u0a0a\u000a\u010a\u0a0d\nz"
    dialect = Dialect(Encoding(name, 2), start=2)
    found = list(lines_of(BytesIO(b"??" + text.encode(name)), dialect))
    assert [line.text for line in found] == ["a\u0a00\u0a0a\n", "\u010a\u0a0d\n", "z"]
    assert [line.offset for line in found] == [2, 10, 16]


def test_quoted_cells_hold_delimiters_quotes_and_lines() -> None:
    assert brief(b'a,b\n"1,\n""x""\n",2\n') == [(1, "", ["a", "b"]), (2, "", ['1,\n"x"\n', "2"])]


def test_the_first_row_is_the_header() -> None:
    assert [row.is_header for row in read(b"a,b\n1,2\na,b\n")] == [True, False, False]
    assert [row.is_header for row in read(b"EventID,Channel\n1,2\nEventID,Channel\n")] == [
        True,
        False,
        True,
    ]


def test_remarks_and_blank_lines_are_no_rows() -> None:
    assert brief(b"sep=,\n#TYPE A.B\n\r\na,b\n\n#TYPE A.B\n1,2\n") == [
        (4, "", ["a", "b"]),
        (7, "", ["1", "2"]),
    ]


def test_damage_reaches_to_the_next_row_of_the_header_s_width() -> None:
    data = b'a,b\n1,"x\ny\n2,z\n"q",r\n'
    assert brief(data) == [
        (1, "", ["a", "b"]),
        (2, "unclosed_quote", []),
        (4, "", ["2", "z"]),
        (5, "", ["q", "r"]),
    ]


def test_a_row_that_reads_by_itself_is_taken() -> None:
    assert brief(b'a,b\n1,"x "y" z"\n')[1] == (2, "", ["1", 'x "y" z'])


def test_giants_are_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MAX_ROW_CHARS", 10)
    monkeypatch.setattr(rows, "_READ_BYTES", 16)
    data = b"a,b\n" + b"x" * 11 + b"\n1,2\n" + b"y" * 100 + b'\n3,4\n5,"123\n456"\n7,8\n'
    assert [(row.first.number, row.damage) for row in read(data)] == [
        (1, ""),
        (2, "too_large"),
        (3, ""),
        (4, "too_large"),
        (5, ""),
        (6, "too_large"),
        (8, ""),
    ]


def test_broken_bytes_are_marked() -> None:
    assert [row.is_broken for row in read(b"a,b\n1,\xff\n")] == [False, True]
