from __future__ import annotations

from uuid import UUID

import pytest

from gamekeeper.errors import UsageError
from gamekeeper.simulate import values
from gamekeeper.simulate.values import Kind


@pytest.mark.parametrize(
    ("kind", "value", "raw", "text"),
    [
        (values.NULL, None, "", ""),
        (values.TEXT, "Aé", "4100e900", "Aé"),
        (values.TEXT, "\U0001f512", "3dd812dd", "\U0001f512"),
        (values.TEXT, "a\ud800b", "610000d86200", "a�b"),
        (values.ANSI, b"caf\xe9\0", "636166e900", "café"),
        (values.INT8, -1, "ff", "-1"),
        (values.UINT8, 255, "ff", "255"),
        (values.INT16, -2, "feff", "-2"),
        (values.UINT16, 4624, "1012", "4624"),
        (values.INT32, -3, "fdffffff", "-3"),
        (values.UINT32, 7, "07000000", "7"),
        (values.INT64, -4, "fcffffffffffffff", "-4"),
        (values.UINT64, 1 << 63, "0000000000000080", "9223372036854775808"),
        (values.REAL32, 0.1, "cdcccc3d", "0.1"),
        (values.REAL64, 1e22, None, "1e+22"),
        (values.BOOL, True, "01000000", "true"),
        (values.BOOL, 0, "00000000", "false"),
        (values.BINARY, b"\x00\xab", "00ab", "00AB"),
        (values.GUID, UUID(int=1), "00000000000000000000000000000001", None),
        (values.SIZE, 0x1F, "1f00000000000000", "0x1f"),
        (values.FILETIME, 0, "0000000000000000", "1601-01-01T00:00:00.0000000Z"),
        (values.SID, "S-1-5-32-544", "01020000000000052000000020020000", "S-1-5-32-544"),
        (values.HEX32, 0xC000006A, "6a0000c0", "0xc000006a"),
        (values.HEX64, 0x3E7, "e703000000000000", "0x3e7"),
        (values.POINTER, 0x1F4, "f401000000000000", "0x1f4"),
        (values.TEXTS, ("a", ""), "610000000000", None),
    ],
)
def test_a_value_has_its_bytes_and_its_text(
    kind: Kind, value: object, raw: str | None, text: str | None
) -> None:
    if raw is not None:
        assert kind.encode(value).hex() == raw
    if text is not None:
        assert kind.show(value) == text


def test_a_guid_reads_in_braces_and_upper_case() -> None:
    guid = "54849625-5478-4994-a5ba-3e3b0328c30d"
    assert values.GUID.show(guid) == "{54849625-5478-4994-A5BA-3E3B0328C30D}"
    assert values.GUID.encode(guid).hex() == "2596845478549449a5ba3e3b0328c30d"


def test_a_systemtime_carries_its_weekday() -> None:
    moment = (2026, 3, 2, 9, 30, 1, 7)  # a Monday
    raw = values.SYSTEMTIME.encode(moment)
    assert int.from_bytes(raw[4:6], "little") == 1
    assert values.SYSTEMTIME.show(moment) == "2026-03-02T09:30:01.007Z"


def test_a_filetime_that_is_no_date_reads_in_decimal() -> None:
    assert values.filetime_text(2_650_467_743_999_999_999) == "9999-12-31T23:59:59.9999999Z"
    assert values.filetime_text(2_650_467_744_000_000_000) == "2650467744000000000"


def test_an_array_reads_item_by_item() -> None:
    numbers = values.array_of(values.UINT16)
    assert numbers.encode([1, 2]).hex() == "01000200"
    assert values.shown_items(numbers, [1, 2]) == ["1", "2"]
    assert values.shown_items(numbers, []) == []


def test_an_empty_array_of_strings_reads_as_one_empty_value() -> None:
    assert values.shown_items(values.TEXTS, ()) == [""]


def test_there_are_no_arrays_of_binary() -> None:
    with pytest.raises(UsageError, match="no arrays of binary"):
        values.array_of(values.BINARY)


def test_what_is_no_sid_is_bad_use() -> None:
    with pytest.raises(UsageError, match="not a SID"):
        values.sid_bytes("X-1-5-18")


def test_every_named_kind_has_a_blank_that_it_can_write() -> None:
    for kind in values.KINDS.values():
        assert isinstance(kind.encode(values.BLANK[kind]), bytes)
