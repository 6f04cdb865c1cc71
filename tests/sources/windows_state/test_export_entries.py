from __future__ import annotations

import io

import pytest

from gamekeeper.sources.csv.dialect import Dialect
from gamekeeper.sources.csv.rows import lines_of
from gamekeeper.sources.text_bytes import Encoding
from gamekeeper.sources.windows_state.export_entries import Entries, Kind, Piece


def pieces(text: str, *, is_ansi: bool = False) -> list[Piece]:
    lines = lines_of(io.BytesIO(text.encode()), Dialect(Encoding("utf-8")))
    return list(Entries(lines, is_ansi=is_ansi))


@pytest.mark.parametrize(
    ("text", "name", "kind", "texts"),
    [
        ('"a"="b"', "a", "REG_SZ", ["b"]),
        ('@="b"', "", "REG_SZ", ["b"]),
        (r'"a\"b\\"="c\\d\""', 'a"b\\', "REG_SZ", ['c\\d"']),
        ('"a"="b\r\n\r\nc"', "a", "REG_SZ", ["b\r\n\r\nc"]),
        ('"a"=""', "a", "REG_SZ", [""]),
        ('"a"=dword:0000000A', "a", "REG_DWORD", ["DWORD (0x0000000a)"]),
        ('"a"=hex:0a,ff', "a", "REG_BINARY", ["0AFF"]),
        ('"a"=hex:', "a", "REG_BINARY", [""]),
        ('"a"=hex(2):61,00,\\\r\n  62,00,00,00', "a", "REG_EXPAND_SZ", ["ab"]),
        ('"a"=hex(7):61,00,00,00,62,00,00,00,00,00', "a", "REG_MULTI_SZ", ["a", "b"]),
        ('"a"=hex(b):01,00,00,00,00,00,00,00', "a", "REG_QWORD", ["QWORD (0x00000000-0x00000001)"]),
        ('"a=b"="c=d"', "a=b", "REG_SZ", ["c=d"]),
    ],
)
def test_every_form_of_data(text: str, name: str, kind: str, texts: list[str]) -> None:
    [piece] = pieces(f"{text}\r\n")
    assert piece.value is not None
    assert (piece.value.name, piece.value.kind_name, piece.value.texts()) == (name, kind, texts)


def test_texts_of_the_old_format_are_one_byte_a_letter() -> None:
    [piece] = pieces('"a"=hex(2):25,fc,00', is_ansi=True)
    assert piece.value is not None
    assert piece.value.texts() == ["%ü"]


def test_keys_deletions_and_comments() -> None:
    found = pieces('; note\r\n[HKEY_USERS\\a]b]\r\n\r\n[-HKEY_USERS\\c]\r\n"x"=-\r\n')
    assert [(piece.kind, piece.name) for piece in found] == [
        (Kind.KEY, "HKEY_USERS\\a]b"),
        (Kind.DELETION, "HKEY_USERS\\c"),
        (Kind.DELETION, ""),
    ]
    assert [piece.opens_key for piece in found] == [True, True, False]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("junk", "bad_line"),
        ('"a"', "bad_line"),
        ("[HKEY_USERS", "bad_line"),
        ('"a"="b"c', "bad_quotes"),
        ('"a"="b', "bad_quotes"),
        ('"a"=hex:0', "bad_data"),
        ('"a"=hex:00,\\', "bad_data"),
        ('"a"=dword:xyz', "bad_data"),
        ('"a"=something', "bad_data"),
    ],
)
def test_damage_costs_its_line_and_the_next_is_read(text: str, reason: str) -> None:
    found = pieces(f'{text}\r\n"next"=dword:1\r\n')
    assert [(piece.kind, piece.name) for piece in found] == [
        (Kind.DAMAGE, reason),
        (Kind.VALUE, ""),
    ]


def test_a_value_cannot_pass_for_the_lines_after_it() -> None:
    forged = r'"a"="x' + "\r\n[HKEY_LOCAL_MACHINE\\SYSTEM]\r\n" + r'\"b\"=\"c\""' + "\r\n"
    [piece] = pieces(forged)
    assert piece.value is not None
    assert piece.value.texts()[0].endswith('"b"="c"')


def test_a_giant_line_is_damage() -> None:
    [piece] = pieces('"a"="' + "x" * 5_000_000 + '"')
    assert (piece.kind, piece.name) == (Kind.DAMAGE, "too_large")
