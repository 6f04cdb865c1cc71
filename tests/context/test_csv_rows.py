from __future__ import annotations

from pathlib import Path

import pytest

from gamekeeper.context.csv_rows import read
from gamekeeper.context.rows import Columns, Given, Remarks
from gamekeeper.errors import UsageError

COLUMNS = Columns({"host": ("hostname",), "role": (), "note": ()})


def rows(text: str) -> tuple[list[tuple[int, dict[str, str]]], tuple[str, ...]]:
    remarks = Remarks()
    found = read(Given(Path("a.csv"), b"", "assets"), text, COLUMNS, remarks)
    return [(row.line, row.values) for row in found], remarks.texts()


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_any_usual_sign_may_stand_between_cells(sign: str) -> None:
    text = f'host{sign}role\ndc01{sign}"domain{sign} controller"\n'
    assert rows(text) == ([(2, {"host": "dc01", "role": f"domain{sign} controller"})], ())


def test_a_row_stands_at_its_first_line() -> None:
    text = '# kept by hand\n\nhost,note\ndc01,"two\nlines"\n\n# the rest\ndc02,\n'
    found, remarks = rows(text)
    assert found == [(4, {"host": "dc01", "note": "two\nlines"}), (8, {"host": "dc02"})]
    assert remarks == ()


def test_unknown_and_repeated_columns_are_reported() -> None:
    found, remarks = rows("Hostname,rolle,host\na,b,c\n")
    assert found == [(2, {"host": "a"})]
    assert remarks == (
        "line 1: the column 'rolle' is not known and is passed over; did you mean 'role'?",
        "line 1: the column host stands twice; the first one counts",
    )


def test_cells_beyond_the_header_are_reported() -> None:
    found, remarks = rows("host,role\na,b,c\nd\n")
    assert [values for _, values in found] == [{"host": "a", "role": "b"}, {"host": "d"}]
    assert remarks == ("line 2: the row has 3 cells for 2 columns",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "nothing in it"),
        ("# only words\n", "nothing in it"),
        ("name;x\n", r"a\.csv, line 1: its first line names no column 'host'"),
        ('host,role\na,"never closed\n', r"a\.csv, line 2: it is no CSV"),
        ("host,role\nok,\na," + "x" * 200_000 + "\n", r"line 3: it is no CSV: field larger"),
    ],
)
def test_what_is_no_list_is_an_error_with_its_line(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        rows(text)


def test_old_line_ends_are_line_ends() -> None:
    assert [line for line, _ in rows("host\ra\rb\r")[0]] == [2, 3]
    assert [line for line, _ in rows("host\r\na\r\nb\r\n")[0]] == [2, 3]
