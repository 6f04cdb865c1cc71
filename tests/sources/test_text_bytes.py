from __future__ import annotations

import pytest

from gamekeeper.sources.text_bytes import Encoding, encoding_of

TEXT = "<Event>\r\n Größe"


@pytest.mark.parametrize(
    ("head", "name", "bom"),
    [
        (TEXT.encode(), "utf-8", 0),
        (TEXT.encode("utf-8-sig"), "utf-8", 3),
        (TEXT.encode("utf-16"), "utf-16-le", 2),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be", 2),
        (TEXT.encode("utf-16-le"), "utf-16-le", 0),
        (TEXT.encode("utf-16-be"), "utf-16-be", 0),
        (b"<?xml version='1.0' encoding=\"Windows-1252\"?>" + TEXT.encode("cp1252"), "cp1252", 0),
        (b"<?xml version='1.0' encoding='utf-7'?>", "utf-8", 0),
        (b"", "utf-8", 0),
        (b"\x00" * 100, "utf-8", 0),
    ],
)
def test_the_encoding_is_seen(head: bytes, name: str, bom: int) -> None:
    found = encoding_of(head)
    assert (found.name, found.bom_bytes) == (name, bom)
    assert found.width == (2 if "16" in name else 1)


@pytest.mark.parametrize(
    ("name", "raw", "text", "broken"),
    [
        ("utf-8", "ß€".encode(), "ß€", False),
        ("utf-8", b"Gr\xf6\xdfe \x81", "Größe \ufffd", True),
        ("utf-8", "ß".encode() + b"\xff", "ß\ufffd", True),
        ("utf-16-le", "ß".encode("utf-16-le"), "ß", False),
        ("utf-16-le", b"a\x00\x00\xd8b\x00", "a\ufffdb", True),
        ("utf-16-be", b"\x00a\x00", "a\ufffd", True),
    ],
)
def test_broken_bytes_show(name: str, raw: bytes, text: str, broken: bool) -> None:
    assert Encoding(name).decode(raw) == (text, broken)


def test_ascii_is_found_as_it_stands_in_the_file() -> None:
    assert Encoding("utf-16-be").encode("<E") == b"\x00<\x00E"
