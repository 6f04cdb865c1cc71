from __future__ import annotations

import pytest

from gamekeeper.sources.windows_state.values import TEXT_LIMIT_BYTES, Value


def value(kind: int, data: bytes) -> Value:
    return Value("v", kind, data, len(data))


@pytest.mark.parametrize(
    ("kind", "data", "texts"),
    [
        (1, "a\0".encode("utf-16-le"), ["a"]),
        (2, "%windir%\\x.exe".encode("utf-16-le"), ["%windir%\\x.exe"]),
        (1, b"", [""]),
        (1, b"a\0b", ["a\ufffd"]),
        (1, b"\0\xd8", ["\ufffd"]),
        (4, b"\x01\0\0\0", ["DWORD (0x00000001)"]),
        (4, b"\x01\0", ["0100"]),
        (11, b"\2\0\0\0\1\0\0\0", ["QWORD (0x00000001-0x00000002)"]),
        (7, "a\0b\0\0".encode("utf-16-le"), ["a", "b"]),
        (7, b"", [""]),
        (3, b"\0\xff", ["00FF"]),
        (0xFFFF0012, b"\1", ["01"]),
    ],
)
def test_values_read_as_sysmon_writes_them(kind: int, data: bytes, texts: list[str]) -> None:
    assert value(kind, data).texts() == texts


def test_types_have_the_names_that_windows_gives_them() -> None:
    names = [value(kind, b"").kind_name for kind in (0, 1, 7, 11, 12, 0xFFFF0012)]
    assert names == ["REG_NONE", "REG_SZ", "REG_MULTI_SZ", "REG_QWORD", "0xc", "0xffff0012"]


def test_a_giant_is_cut_and_says_so() -> None:
    giant = Value("v", 3, b"\1" * (TEXT_LIMIT_BYTES + 10), 5_000_000)
    assert len(giant.texts()[0]) == 2 * TEXT_LIMIT_BYTES
    assert giant.left_out_bytes == 5_000_000 - TEXT_LIMIT_BYTES
    assert value(3, b"\1").left_out_bytes == 0
