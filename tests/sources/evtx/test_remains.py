"""Records that nothing leads to any more."""

from __future__ import annotations

import struct
from pathlib import Path

from tests.fakes import tampered

from gamekeeper.sources.evtx.remains import described, fill_of, read_remains, swallowed

BASE = 4096


def chunk_and_hidden(log: Path) -> tuple[bytes, tampered.Place, int, int]:
    """A chunk in which a record reaches over the next, that one, and where the outer one begins and ends."""
    raw = bytearray(log.read_bytes())
    gone = tampered.link_past(raw, 0, 4)
    outer = tampered.places(raw)[3]
    chunk = bytes(raw[BASE : BASE + tampered.CHUNK])
    return chunk, gone, outer.offset - BASE, outer.end - BASE


def test_a_header_is_found_without_its_own_copy_of_the_size(log: Path) -> None:
    chunk, gone, start, end = chunk_and_hidden(log)
    assert swallowed(chunk, start + 24, end - 4, start) == [gone.offset - BASE]


def test_bytes_that_only_look_like_a_header_are_none(log: Path) -> None:
    chunk, gone, start, end = chunk_and_hidden(log)
    at = gone.offset - BASE
    for where, value in ((4, 27), (4, 60_000), (8, 1 << 40), (16, 5)):
        odd = bytearray(chunk)
        struct.pack_into("<I" if where == 4 else "<Q", odd, at + where, value)
        assert swallowed(bytes(odd), start + 24, end - 4, start) == []


def test_what_it_held_is_told_with_its_fields(log: Path) -> None:
    chunk, gone, *_ = chunk_and_hidden(log)
    told = described(chunk, gone.offset - BASE, 0, BASE)
    assert told["offset"] == gone.offset
    assert told["record"] == told["id"] == gone.record
    assert told["channel"] == "Microsoft-Windows-Sysmon/Operational"
    assert ["Image", "C:\\Windows\\System32\\cmd.exe"] in told["fields"]  # type: ignore[operator]


def test_a_text_that_is_gone_leaves_the_header(log: Path) -> None:
    chunk, gone, *_ = chunk_and_hidden(log)
    at = gone.offset - BASE
    blank = chunk[: at + 24] + bytes(gone.size - 28) + chunk[at + gone.size - 4 :]
    assert read_remains(blank, at, 0, BASE) is None
    assert described(blank, at, 0, BASE).keys() == {"offset", "bytes", "record", "time"}


def test_an_event_of_quite_another_time_than_its_header_is_not_believed(log: Path) -> None:
    chunk, gone, *_ = chunk_and_hidden(log)
    at = gone.offset - BASE
    odd = bytearray(chunk)
    struct.pack_into("<Q", odd, at + 16, gone.time + 10**12)
    assert "code" not in described(bytes(odd), at, 0, BASE)


def test_a_stretch_of_one_byte_has_a_fill() -> None:
    assert fill_of(bytes(9)) == 0
    assert fill_of(b"\xff" * 9) == 255
    assert fill_of(b"ab") is None
    assert fill_of(b"") is None
