from __future__ import annotations

import struct

from fakes.hives import SZ, Key, hive, tree
from gamekeeper.sources.windows_state.hive_cells import Cells
from gamekeeper.sources.windows_state.hive_presence import keys_taken
from gamekeeper.sources.windows_state.keys import place_of


def names(data: bytes) -> list[str]:
    cells = Cells(data, 5)
    root = cells.key(struct.unpack_from("<I", data, 36)[0])
    assert root is not None
    return [key.name for key in keys_taken(data, cells, root, place_of("HKCU"))]


def test_keys_are_found_by_their_parents() -> None:
    root = tree({r"Network\Y": [("a", SZ, "b")], r"Network\Z": [], r"Other\Z": []})
    assert names(hive(root)) == ["Y", "Z"]


def test_a_key_without_a_way_to_the_root_is_nowhere() -> None:
    data = bytearray(hive(tree({r"Network\Y": []})))
    key = data.rindex(b"nk", 0, data.index(b"Network"))
    struct.pack_into("<I", data, key + 16, 0xFFFFFFF8)
    assert names(bytes(data)) == []


def test_a_free_cell_is_no_key() -> None:
    data = bytearray(hive(tree({r"Network\Y": [], r"Network\Z": []})))
    key = data.rindex(b"nk", 0, data.index(b"Y", 4096))
    (size,) = struct.unpack_from("<i", data, key - 4)
    struct.pack_into("<i", data, key - 4, -size)
    assert names(bytes(data)) == ["Z"]


def test_after_a_damaged_bin_the_next_ones_are_read() -> None:
    # The second bin follows the first; both are whole pages.
    wide = [Key(f"k{number:03d}") for number in range(60)]
    data = bytearray(hive(Key("ROOT", keys=[Key("Network", keys=wide)])))
    page = next(at for at in range(8192, len(data), 4096))
    whole = names(bytes(data))
    struct.pack_into("<I", data, 4096 + 8, 0x7FFFF000)  # no such size
    assert names(bytes(data)) == whole[: len(names(bytes(data)))]
    data[page : page + 12] = struct.pack("<4sII", b"hbin", page - 4096, 4096)
    assert len(names(bytes(data))) <= len(whole)
    assert names(bytes(data))
