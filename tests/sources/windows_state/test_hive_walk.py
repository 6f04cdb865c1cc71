from __future__ import annotations

import struct

import pytest

from fakes.hives import DWORD, SZ, Key, hive, tree
from gamekeeper.sources.windows_state import hive_walk
from gamekeeper.sources.windows_state.hive_cells import Cells
from gamekeeper.sources.windows_state.hive_walk import Damage, Record, Walk
from gamekeeper.sources.windows_state.keys import place_of
from gamekeeper.sources.windows_state.states import KeyState

PATH = "HKCU"
NETWORK = {r"Network\Z": [("RemotePath", SZ, r"\\srv\share"), ("Port", DWORD, 1)], r"Other\Z": []}


def walked(data: bytes) -> tuple[Walk, list[Record | Damage]]:
    walk = Walk(Cells(data, 5))
    root = walk.cells.key(struct.unpack_from("<I", data, 36)[0])
    assert root is not None
    return walk, list(walk.records(root, KeyState(PATH, place_of(PATH))))


def changed(data: bytes, mark: bytes, at: int, word: int, *, nth: int = 0) -> bytes:
    """A hive with one word changed in the n-th cell of a kind."""
    position = -1
    for _ in range(nth + 1):
        position = data.index(mark, position + 1)
    copy = bytearray(data)
    struct.pack_into("<I", copy, position + at, word)
    return bytes(copy)


def test_only_declared_keys_are_read_in_the_order_of_their_lists() -> None:
    walk, found = walked(hive(tree(NETWORK)))
    assert [item.value.name for item in found if isinstance(item, Record) and item.value] == [
        "RemotePath",
        "Port",
    ]
    assert len(found) == 2
    assert len(walk.reached) == 1
    assert not walk.notes


@pytest.mark.parametrize(
    ("mark", "at", "word", "reasons"),
    [
        (b"vk", 8, 0xFFFFFFF8, ["bad_data"]),
        (b"vk", 4, 0x7FFFFFFF, ["bad_data"]),
        (b"vk", 0, 0, ["bad_value"]),
        (b"vk", 4, 0x80000005, ["bad_data"]),
    ],
)
def test_damage_costs_its_value(mark: bytes, at: int, word: int, reasons: list[str]) -> None:
    _, found = walked(changed(hive(tree(NETWORK)), mark, at, word))
    assert [item.reason for item in found if isinstance(item, Damage)] == reasons
    assert len(found) == 2


def test_a_lost_list_of_values_costs_its_key() -> None:
    data = hive(tree(NETWORK))
    key = data.rindex(b"nk", 0, data.index(b"Z", 4096)) - data.index(b"nk")
    damaged = bytearray(data)
    struct.pack_into("<I", damaged, data.index(b"nk") + key + 40, 0xFFFFFFF8)
    _, found = walked(bytes(damaged))
    assert [item.reason for item in found if isinstance(item, Damage)] == ["bad_value_list"]
    assert len(found) == 1


def test_a_cell_that_two_values_claim_is_read_once() -> None:
    data = hive(tree(NETWORK))
    first = data.index(b"vk") - 4 - 4096
    second = data.index(b"vk", data.index(b"vk") + 2) - 4 - 4096
    copy = data.replace(struct.pack("<II", first, second), struct.pack("<II", first, first))
    assert copy != data
    _, found = walked(copy)
    assert [type(item) for item in found] == [Record, Damage]


def test_keys_in_each_other_beyond_any_depth_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hive_walk, "MAX_DEPTH", 20)
    deep = Key("Software", keys=[Key("SimonTatham")])
    here = deep.keys[0]
    for _ in range(30):
        here.keys.append(Key("PuTTY"))
        here = here.keys[0]
    walk, found = walked(hive(Key("ROOT", keys=[deep])))
    assert len(found) == 20 - 3  # root, Software and SimonTatham are no records
    assert walk.notes == {"keys stand too deep: what lies below them was not read": 1}
