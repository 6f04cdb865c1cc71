from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.sources.csv import count, rows
from gamekeeper.sources.csv.count import count_rows
from gamekeeper.sources.csv.dialect import Dialect
from gamekeeper.sources.csv.rows import RowReader, lines_of
from gamekeeper.sources.text_bytes import Encoding


def counted(data: bytes, dialect: Dialect) -> int:
    stream = BytesIO(data)
    found = count_rows(stream, dialect)
    assert not stream.closed
    return found


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", 0),
        (b"a,b\n", 0),
        (b"a,b\n1,2\n\n#TYPE x\n3,4", 2),
        (b'a,b\n1,"x\n\ny"\n', 1),
        (b'a,b\n1,"x\ny\n2,z\n', 2),
        (b'a,b\n1,"x "y" z"\n', 1),
        (b"EventID,Channel\n1,2\nEventID,Channel\n3,4\n", 2),
        (b"a,b\n1\n1,2,3,4\n", 2),
    ],
)
def test_rows_are_counted(data: bytes, expected: int) -> None:
    assert counted(data, Dialect(Encoding("utf-8"))) == expected


PARTS = [
    '"',
    '""',
    ",",
    "\n",
    "\r\n",
    "\r",
    "'",
    ";",
    "a",
    '1,"x\ny"\n',
    "EventID,Channel\n",
    "x" * 50,
    "\ud7ff",
]


@given(
    st.lists(st.sampled_from(PARTS), max_size=30),
    st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"]),
    st.sampled_from([",", ";"]),
    st.sampled_from(['"', "'"]),
)
def test_the_count_agrees_with_the_reader(
    parts: list[str], name: str, delimiter: str, quote: str
) -> None:
    dialect = Dialect(Encoding(name), delimiter, quote)
    data = "".join(parts).encode(name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "MAX_ROW_CHARS", 60)
        patch.setattr(count, "MAX_ROW_CHARS", 60)
        patch.setattr(rows, "_READ_BYTES", 32)
        read = [
            row for row in RowReader(lines_of(BytesIO(data), dialect), dialect) if not row.is_header
        ]
        assert counted(data, dialect) == len(read)
