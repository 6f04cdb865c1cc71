from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.sources.csv.dialect import Dialect, dialect_of, is_remark
from gamekeeper.sources.text_bytes import Encoding

PLAIN = Dialect(Encoding("utf-8"))


@pytest.mark.parametrize(
    ("head", "delimiter", "quote", "start", "line"),
    [
        (b"EventID,Channel\n", ",", '"', 0, 1),
        (b"\xef\xbb\xbfEventID;Channel\r\n", ";", '"', 3, 1),
        (b"EventID\tChannel", "\t", '"', 0, 1),
        (b"'EventID'|'Channel'\n", "|", "'", 0, 1),
        (b'#TYPE A\r\n"EventID","Channel"\r\n', ",", '"', 9, 2),
        (b"sep=;\nEventID;Channel\n", ";", '"', 6, 2),
        (b"Results of my query\n\nEventID,Channel\n", ",", '"', 21, 3),
    ],
)
def test_the_header_gives_the_dialect_away(
    head: bytes, delimiter: str, quote: str, start: int, line: int
) -> None:
    found, claim = dialect_of(head)
    assert (found.delimiter, found.quote, found.start, found.line) == (
        delimiter,
        quote,
        start,
        line,
    )
    assert claim > 0


def test_wide_heads_are_read() -> None:
    found, claim = dialect_of("#TYPE x\nEventID,Channel\n".encode("utf-16"))
    assert (found.encoding.name, found.start, found.line) == ("utf-16-le", 18, 2)
    assert claim > 0


def test_a_file_without_a_known_header_keeps_the_defaults() -> None:
    assert dialect_of(b"\xef\xbb\xbfa,b\n1,2\n") == (Dialect(Encoding("utf-8", 3), start=3), 0.0)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ('a,"b,""c""",\r\n', ["a", 'b,"c"', ""]),
        ('a,b "c" d', ["a", 'b "c" d']),
        ('"a\nb",c\n', ["a\nb", "c"]),
        ('a,"b"c\n', None),
        ('a,"b\n', None),
        ("a\nb", None),
    ],
)
def test_sound_rows(text: str, cells: list[str] | None) -> None:
    assert PLAIN.cells(text) == cells


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ('a,"b"c",d\n', ["a", 'b"c', "d"]),
        ('"x "y" z"', ['x "y" z']),
        ('a,"b,"",c"', ["a", 'b,"', 'c"']),
        ('a,"b', None),
        ('a,"', None),
        ("a,", ["a", ""]),
    ],
)
def test_loose_rows(text: str, cells: list[str] | None) -> None:
    assert PLAIN.loose_cells(text) == cells


def test_remarks() -> None:
    assert is_remark("#TYPE System.X\r\n")
    assert is_remark("sep=;\r\n")
    assert not is_remark("sep=;,EventID")


@given(st.binary(max_size=200))
def test_any_head_has_a_dialect(head: bytes) -> None:
    found, claim = dialect_of(head)
    assert claim >= 0
    assert found.start <= len(head)
