from __future__ import annotations

import struct

import pytest

from gamekeeper.sources.evtx.values import array_items, value_text

SID = bytes.fromhex("010100000000000512000000")
GUID = bytes.fromhex("785634121234cdab0102030405060708")


def utf16(text: str) -> bytes:
    return text.encode("utf-16-le")


@pytest.mark.parametrize(
    ("kind", "raw", "text"),
    [
        (0x00, b"", ""),
        (0x00, b"\0\0\0\0", ""),
        (0x01, utf16("whoami /all"), "whoami /all"),
        (0x01, utf16("a\0b\0\0"), "a\0b"),
        (0x01, utf16("🦊"), "🦊"),
        (0x01, b"\x3d\xd8a\0", "\ufffda"),
        (0x01, b"a\0\x3d\xd8", "a\ufffd"),
        (0x01, b"abc", "616263"),
        (0x02, b"Gr\xfc\xdfe \x80\x81\0", "Grüße €\ufffd"),
        (0x03, b"\xff", "-1"),
        (0x04, b"\xff", "255"),
        (0x05, b"\xfe\xff", "-2"),
        (0x06, b"\xfe\xff", "65534"),
        (0x07, b"\0\0\0\x80", "-2147483648"),
        (0x08, b"\0\0\0\x80", "2147483648"),
        (0x08, b"\0\x80", "0080"),
        (0x09, b"\xff" * 8, "-1"),
        (0x0A, b"\xff" * 8, "18446744073709551615"),
        (0x0B, struct.pack("<f", 0.1), "0.1"),
        (0x0B, struct.pack("<f", 16777216.0), "16777216.0"),
        (0x0C, struct.pack("<d", 0.1), "0.1"),
        (0x0C, struct.pack("<d", float("nan")), "nan"),
        (0x0D, b"\0\0\0\0", "false"),
        (0x0D, b"\x01\0\0\0", "true"),
        (0x0D, b"\x01", "01"),
        (0x0E, b"\xde\xad", "DEAD"),
        (0x0F, GUID, "{12345678-3412-ABCD-0102-030405060708}"),
        (0x0F, GUID[:15], GUID[:15].hex().upper()),
        (0x10, b"\x0a\0\0\0", "0xa"),
        (0x10, b"\x0a\0\0\0\0\0\0\x10", "0x100000000000000a"),
        (0x11, struct.pack("<Q", 0), "1601-01-01T00:00:00.0000000Z"),
        (0x11, struct.pack("<Q", 116444736000000001), "1970-01-01T00:00:00.0000001Z"),
        (0x11, struct.pack("<Q", 2650467743999999999), "9999-12-31T23:59:59.9999999Z"),
        (0x11, struct.pack("<Q", 2650467744000000000), "2650467744000000000"),
        (0x12, struct.pack("<8H", 2026, 1, 6, 31, 23, 59, 59, 7), "2026-01-31T23:59:59.007Z"),
        (0x12, struct.pack("<8H", 2026, 2, 0, 30, 0, 0, 0, 0), "EA0702000000" + "1E00" + "00" * 8),
        (
            0x12,
            struct.pack("<8H", 2026, 2, 0, 1, 0, 0, 0, 1000),
            "EA0702000000010000000000" + "0000E803",
        ),
        (0x13, SID, "S-1-5-18"),
        (0x13, SID + b"\0", (SID + b"\0").hex().upper()),
        (0x14, struct.pack("<I", 0x3E7), "0x3e7"),
        (0x15, struct.pack("<Q", 0x8020 << 48), "0x8020000000000000"),
        (0x15, struct.pack("<I", 0x3E7), "E7030000"),
        (0x20, b"\x01\x02", "0102"),
        (0x7F, b"\xab", "AB"),
    ],
)
def test_every_type_has_its_text(kind: int, raw: bytes, text: str) -> None:
    assert value_text(kind, raw) == text


@pytest.mark.parametrize(
    ("kind", "raw", "items"),
    [
        (0x81, b"", [""]),
        (0x81, utf16("a\0b\0"), ["a", "b"]),
        (0x81, utf16("a\0b"), ["a", "b"]),
        (0x81, utf16("a\0\0b\0"), ["a", "", "b"]),
        (0x81, b"abc", ["616263"]),
        (0x82, b"\x80\0b\0", ["€", "b"]),
        (0x86, b"\1\0\2\0", ["1", "2"]),
        (0x86, b"", []),
        (0x86, b"\1\0\2", ["010002"]),
        (0x8D, b"\1\0\0\0\0\0\0\0", ["true", "false"]),
        (0x8F, GUID, ["{12345678-3412-ABCD-0102-030405060708}"]),
        (0x91, struct.pack("<Q", 0), ["1601-01-01T00:00:00.0000000Z"]),
        (0x93, SID + SID, ["S-1-5-18", "S-1-5-18"]),
        (0x93, SID + SID[:9], [(SID + SID[:9]).hex().upper()]),
        (0x94, b"\1\0\0\0\x0f\0\0\0", ["0x1", "0xf"]),
        (0x8E, b"\1\2", ["0102"]),
        (0x90, b"\1\0\0\0", ["01000000"]),
    ],
)
def test_every_array_is_divided_into_items(kind: int, raw: bytes, items: list[str]) -> None:
    assert array_items(kind, raw) == items
