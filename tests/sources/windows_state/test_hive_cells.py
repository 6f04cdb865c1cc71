from __future__ import annotations

import struct

import pytest

from fakes.hives import DWORD, SZ, Key, hive, tree
from gamekeeper.sources.windows_state.hive_cells import Cells, base_block

DATA = hive(tree({"Ünï": [("€", SZ, "w"), ("n", DWORD, 5)], "€": []}), name="SYSTEM")
ROOT = struct.unpack_from("<I", DATA, 36)[0]


def cells(data: bytes = DATA, minor: int = 5) -> Cells:
    return Cells(data, minor)


def test_the_base_block_says_what_the_hive_is() -> None:
    base = base_block(DATA)
    assert base is not None
    assert (base.name, base.root, base.minor, base.kind) == ("SYSTEM", ROOT, 5, 0)
    assert base.is_sound
    assert not base.is_dirty
    assert base_block(DATA[:511]) is None
    assert base_block(b"hbin" + DATA[4:]) is None


def test_names_are_latin_or_utf16() -> None:
    root = cells().key(ROOT)
    assert root is not None
    mark, offsets = cells().subkey_lists(root.subkey_list)
    keys = [cells().key(offset) for offset in offsets]
    assert mark == b"lf"
    assert [key.name for key in keys if key] == ["Ünï", "€"]
    assert keys[0] is not None
    values = [cells().value(offset) for offset in cells().listed_values(keys[0])]
    assert [value.name for value in values if value] == ["€", "n"]
    assert cells().records(keys[0]) == 2
    assert keys[1] is not None
    assert cells().records(keys[1]) == 1


@pytest.mark.parametrize("offset", [0, 4, 8, 0xFFFFFFFF, 0xFFFFFFF8, len(DATA) - 4096, 1 << 31])
def test_no_offset_leads_out_of_the_file(offset: int) -> None:
    start, stop = cells().span(offset)
    assert 0 <= start <= stop <= len(DATA)
    assert cells().key(offset) is None
    assert cells().value(offset) is None
    assert cells().subkey_lists(offset) == (b"", [])


@pytest.mark.parametrize("size", [0, 1, 16, -4, -7, -(1 << 31), 0x7FFFFFFF])
def test_free_and_impossible_cells_hold_nothing(size: int) -> None:
    data = bytearray(DATA)
    struct.pack_into("<i", data, 4096 + ROOT, size)
    assert cells(bytes(data)).key(ROOT) is None


def test_data_stand_in_the_value_in_a_cell_or_in_segments() -> None:
    big = bytes(range(250)) * 200
    data = hive(Key("ROOT", [("a", DWORD, 7), ("b", SZ, "text"), ("c", 3, big), ("d", SZ, b"")]))
    root = cells(data).key(struct.unpack_from("<I", data, 36)[0])
    assert root is not None
    found = [cells(data).value(offset) for offset in cells(data).listed_values(root)]
    read = [cells(data).data_of(value, 1 << 20) for value in found if value]
    assert read == [b"\7\0\0\0", "text\0".encode("utf-16-le"), big, b""]
    assert found[2] is not None
    assert cells(data).data_of(found[2], 20_000) == big[:20_000]
    # An old hive knows no segments: the cell is too small for what it should hold.
    assert Cells(data, 3).data_of(found[2], 10) is None


def test_damaged_data_are_none() -> None:
    big = b"\1" * 40_000
    data = bytearray(hive(Key("ROOT", [("c", 3, big)])))
    root = cells(bytes(data)).key(struct.unpack_from("<I", data, 36)[0])
    assert root is not None
    value = cells(bytes(data)).value(cells(bytes(data)).listed_values(root)[0])
    assert value is not None
    at = data.index(b"db")
    for change in (b"xx", b"db\0\0", b"db\3\0\xff\xff\xff\xff"):
        damaged = bytes(data[:at]) + change + bytes(data[at + len(change) :])
        assert cells(damaged).data_of(value, 1 << 20) is None
    (listed,) = struct.unpack_from("<I", data, at + 4)
    struct.pack_into("<I", data, 4096 + listed + 4, 0xFFFFFFFF)
    assert cells(bytes(data)).data_of(value, 1 << 20) is None
