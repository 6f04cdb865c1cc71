"""The kernels against the slow truth: values as text, and whole records."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gamekeeper.sources.base import Origin, ReadOptions
from gamekeeper.sources.evtx import kernels as k
from gamekeeper.sources.evtx.source import EvtxSource
from gamekeeper.sources.evtx.values import value_text

if TYPE_CHECKING:
    from pathlib import Path

SIZED = {
    0x03: 1, 0x04: 1, 0x05: 2, 0x06: 2, 0x07: 4, 0x08: 4, 0x09: 8, 0x0A: 8, 0x0D: 4, 0x0F: 16,
    0x10: 8, 0x11: 8, 0x12: 16, 0x14: 4, 0x15: 8,
}  # fmt: skip


def written(kind: int, raw: bytes) -> str:
    buf = np.frombuffer(raw + bytes(64), np.uint8).copy()
    out = np.zeros(3 * len(raw) + 64, np.uint8)
    end, _ = k._write_text(buf.ctypes.data, kind, 0, len(raw), out.ctypes.data, 0)
    return out[:end].tobytes().decode()


@settings(max_examples=400)
@given(st.sampled_from(sorted(SIZED)), st.binary(min_size=16, max_size=16))
def test_numbers_times_and_ids_are_spelled_alike(kind: int, raw: bytes) -> None:
    value = raw[: SIZED[kind]]
    assert written(kind, value) == value_text(kind, value)


@given(st.sampled_from(sorted({*SIZED, 0x0E, 0x13, 0x20})), st.binary(max_size=40))
def test_sizes_that_do_not_fit_are_shown_in_hexadecimal_alike(kind: int, raw: bytes) -> None:
    assert written(kind, raw) == value_text(kind, raw)


@given(st.lists(st.integers(0, 0xFFFF), max_size=30))
def test_any_utf16_becomes_the_same_text(units: list[int]) -> None:
    raw = struct.pack(f"<{len(units)}H", *units).rstrip(b"\0")
    raw += b"\0" * (len(raw) % 2)
    assert written(k.T_STRING, raw).rstrip("\0") == value_text(k.T_STRING, raw)


@given(st.binary(max_size=40))
def test_any_ansi_becomes_the_same_text(raw: bytes) -> None:
    assert written(k.T_ANSI, raw).rstrip("\0") == value_text(k.T_ANSI, raw)


@given(st.integers(0, 15), st.lists(st.integers(0, 2**32 - 1), max_size=6))
def test_sids_are_spelled_alike(authority: int, parts: list[int]) -> None:
    raw = bytes([1, len(parts)]) + authority.to_bytes(6, "big")
    raw += struct.pack(f"<{len(parts)}I", *parts)
    assert written(0x13, raw) == value_text(0x13, raw)


@pytest.mark.parametrize("year", [1601, 1900, 2000, 2024, 2026, 9999])
def test_written_times_are_read_back(year: int) -> None:
    text = f"{year}-02-28T23:59:58.1234567Z"
    units = text.encode("utf-16-le") + bytes(64)
    buf = np.frombuffer(units, np.uint8).copy()
    ticks = int(k._text_time(buf.ctypes.data, 0, 2 * len(text)))
    assert value_text(0x11, ticks.to_bytes(8, "little")) == text


@pytest.mark.corpus
def test_every_field_of_every_real_record_equals_the_slow_truth(corpus: Path) -> None:
    source = EvtxSource()
    paths = sorted(corpus.rglob("*.evtx"))
    ranges = [
        r
        for i, path in enumerate(paths)
        for r in source.ranges(Origin(i, path.name, path, path.stat().st_size))
    ]
    options = ReadOptions(paranoid=True, recover=True)
    tallies = [t for t in source.read(ranges, options) if hasattr(t, "records_present")]
    assert len(tallies) == len(ranges)
    assert sum(t.events for t in tallies) > 6_000
    for tally in tallies:
        assert tally.events + tally.rejects == tally.records_present
