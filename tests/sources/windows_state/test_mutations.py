"""Damaged state: no change of any byte makes a reader crash, hang, or lose count."""

from __future__ import annotations

import random
import struct
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.hives import Key, hive
from fakes.outcomes import read_bytes
from gamekeeper.sources.windows_state.export import ExportSource
from gamekeeper.sources.windows_state.history import HistorySource
from gamekeeper.sources.windows_state.hive import HiveSource

INTERESTING = (0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFF8, 32, 4096)


def mutated(data: bytes, seed: int) -> bytes:
    """A few bytes or words changed, or the file cut."""
    rng = random.Random(seed)
    changed = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(changed) - 4)
        kind = rng.randrange(4)
        if kind == 0:
            changed[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            struct.pack_into("<I", changed, at & ~3, rng.choice(INTERESTING))
        elif kind == 2:  # an offset that leads somewhere
            struct.pack_into("<I", changed, at & ~3, rng.randrange(0, len(changed), 8))
        else:
            changed[at : at + 2] = rng.choice((b"nk", b"vk", b"lf", b"ri", b"li", b"db"))
    return bytes(changed[: rng.randint(512, len(changed))] if rng.random() < 0.1 else changed)


@pytest.mark.parametrize("listed", ["lf", "ri", "li"])
def test_mutated_hives_add_up(listed: str, system: Key, tmp_path: Path) -> None:
    data = hive(without_big_data(system), listed=listed)
    start = time.monotonic()
    for seed in range(200):
        assert read_bytes(HiveSource(), tmp_path, mutated(data, seed)).adds_up()
    assert time.monotonic() - start < 120


def without_big_data(key: Key) -> Key:
    """The same keys in a smaller file, so that changes hit structure."""
    values = [value for value in key.values if not isinstance(value[2], bytes)]
    return Key(key.name, values, [without_big_data(below) for below in key.keys])


def every_link(data: bytes, target: int) -> bytes:
    """Every list of subkeys but the root's leads to one key, again and again."""
    changed = bytearray(data)
    (root,) = struct.unpack_from("<I", data, 36)
    (spared,) = struct.unpack_from("<I", data, 4096 + root + 4 + 28)
    for mark in (b"lf", b"lh"):
        at = changed.find(mark)
        while at >= 0:
            (count,) = struct.unpack_from("<H", changed, at + 2)
            count = 0 if at == 4096 + spared + 4 else count
            for entry in range(min(count, (len(changed) - at - 12) // 8)):
                struct.pack_into("<I", changed, at + 4 + 8 * entry, target)
            at = changed.find(mark, at + 2)
    return bytes(changed)


def test_keys_in_a_circle_end(system: Key, tmp_path: Path) -> None:
    data = hive(system)
    (root,) = struct.unpack_from("<I", data, 36)
    found = read_bytes(HiveSource(), tmp_path, every_link(data, root))
    assert found.adds_up()
    assert any("links to keys lead nowhere" in note for note in found.tally.notes)


def test_parents_in_a_circle_end(system: Key, tmp_path: Path) -> None:
    changed = bytearray(hive(system))
    at = changed.find(b"nk")
    while at >= 0:
        struct.pack_into("<I", changed, at + 16, at - 4 - 4096)
        at = changed.find(b"nk", at + 2)
    found = read_bytes(HiveSource(), tmp_path, bytes(changed))
    assert found.adds_up()
    assert any("another parent" in note for note in found.tally.notes)


def test_claims_beyond_the_file_are_capped(system: Key, tmp_path: Path) -> None:
    changed = bytearray(hive(system))
    key = changed.rindex(b"nk", 0, changed.index(b"svc"))
    struct.pack_into("<I", changed, key + 36, 0xFFFFFFF0)
    found = read_bytes(HiveSource(), tmp_path, bytes(changed))
    assert found.adds_up()
    assert found.tally.records_present < 100
    assert any("claim more values" in note for note in found.tally.notes)


EXPORT = (
    "Windows Registry Editor Version 5.00\r\n\r\n"
    "[HKEY_CURRENT_USER\\Software\\SimonTatham\\PuTTY\\Sessions\\a]\r\n"
    '"HostName"="plc\\"01\r\n more"\r\n"n"=dword:00000010\r\n"h"=hex(7):61,00,\\\r\n  00,00\r\n@="x"\r\n'
    "[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Control\\MiniNt]\r\n[-HKEY_CURRENT_USER\\Network\\Z]\r\n"
)
PIECES = (
    b'"', b"\\", b"\\\r\n", b"\n", b"=", b"[", b"]", b"hex:", b"dword:", b"-", b",", b"\0", b"\xff", b"@=",
    b'"a"="', b"[HKEY_CURRENT_USER\\Network\\a]\r\n", b'"Password"="hunter2"\r\n',
)  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_mutated_exports_add_up(encoding: str, tmp_path: Path) -> None:
    data = EXPORT.encode(encoding)
    for seed in range(300):
        rng = random.Random(seed)
        changed = bytearray(data)
        for _ in range(rng.randint(1, 5)):
            at = rng.randrange(len(changed))
            changed[at : at + rng.randrange(4)] = rng.choice(PIECES)
        assert read_bytes(ExportSource(), tmp_path, bytes(changed)).adds_up()


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_exports_of_any_pieces_add_up(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]
) -> None:
    head = b"REGEDIT4\r\n[HKEY_CURRENT_USER\\Network\\x]\r\n"
    found = read_bytes(ExportSource(), tmp_path_factory.getbasetemp(), head + b"".join(pieces))
    assert found.adds_up()
    assert "hunter2" not in repr([row for row in found.rows if row["ValueName"] == "Password"])


LINES = (b"whoami", b"`", b"\r\n", b"\n", b"\0", b"\xff", b" ", b"a`\r\n", b"``\n", b"\xc3\xbc")


@given(st.lists(st.sampled_from(LINES) | st.binary(max_size=5), max_size=30))
def test_histories_of_any_bytes_add_up(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    assert read_bytes(HistorySource(), folder, b"".join(lines), "ConsoleHost_history.txt").adds_up()


@pytest.mark.parametrize(
    "giant",
    [
        b'"a"="' + b'\\"' * 1_500_000,
        b'"a"="' + b"x\r\n" * 60_000,
        b'"a"=hex:00,' + b" " * 1_000_000 + b"x",
        b'"a"=hex:00,\\\r\n' * 20_000,
        b'"a"="\\' * 300_000,
        b"[" * 2_000_000,
    ],
)
def test_giants_take_no_more_than_their_size(giant: bytes, tmp_path: Path) -> None:
    start = time.monotonic()
    head = b"REGEDIT4\r\n[HKEY_CURRENT_USER\\Network\\x]\r\n"
    assert read_bytes(ExportSource(), tmp_path, head + giant).adds_up()
    found: Any = read_bytes(HistorySource(), tmp_path, giant, "ConsoleHost_history.txt")
    assert found.adds_up()
    assert time.monotonic() - start < 60
