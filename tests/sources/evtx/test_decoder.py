"""The compiled decoder against the slow truth: values as text, whole records, and Arrow batches."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sources.evtx.conftest import PROCESS, START, process, read

from gamekeeper.model.datasets import datasets
from gamekeeper.model.events import EventBatch
from gamekeeper.simulate.evtx import EvtxWriter
from gamekeeper.simulate.layouts import WrittenEvent, event_data
from gamekeeper.simulate.values import REAL32, REAL64, TEXT, UINT32
from gamekeeper.sources.base import Origin, ReadOptions
from gamekeeper.sources.evtx.decoder import spelled, written_time
from gamekeeper.sources.evtx.reader import EvtxReader, forget
from gamekeeper.sources.evtx.source import EvtxSource
from gamekeeper.sources.evtx.values import value_text

if TYPE_CHECKING:
    from pathlib import Path

SIZED = {
    0x03: 1, 0x04: 1, 0x05: 2, 0x06: 2, 0x07: 4, 0x08: 4, 0x09: 8, 0x0A: 8, 0x0D: 4, 0x0F: 16,
    0x10: 8, 0x11: 8, 0x12: 16, 0x14: 4, 0x15: 8,
}  # fmt: skip


STRING, ANSI = 0x01, 0x02


@settings(max_examples=400)
@given(st.sampled_from(sorted(SIZED)), st.binary(min_size=16, max_size=16))
def test_numbers_times_and_ids_are_spelled_alike(kind: int, raw: bytes) -> None:
    value = raw[: SIZED[kind]]
    assert spelled(kind, value) == value_text(kind, value)


@given(st.sampled_from(sorted({*SIZED, 0x0E, 0x13, 0x20})), st.binary(max_size=40))
def test_sizes_that_do_not_fit_are_shown_in_hexadecimal_alike(kind: int, raw: bytes) -> None:
    assert spelled(kind, raw) == value_text(kind, raw)


@given(st.lists(st.integers(0, 0xFFFF), max_size=30))
def test_any_utf16_becomes_the_same_text(units: list[int]) -> None:
    raw = struct.pack(f"<{len(units)}H", *units).rstrip(b"\0")
    raw += b"\0" * (len(raw) % 2)
    assert spelled(STRING, raw).rstrip("\0") == value_text(STRING, raw)


@given(st.binary(max_size=40))
def test_any_ansi_becomes_the_same_text(raw: bytes) -> None:
    assert spelled(ANSI, raw).rstrip("\0") == value_text(ANSI, raw)


@given(st.integers(0, 15), st.lists(st.integers(0, 2**32 - 1), max_size=6))
def test_sids_are_spelled_alike(authority: int, parts: list[int]) -> None:
    raw = bytes([1, len(parts)]) + authority.to_bytes(6, "big")
    raw += struct.pack(f"<{len(parts)}I", *parts)
    assert spelled(0x13, raw) == value_text(0x13, raw)


@pytest.mark.parametrize("year", [1601, 1900, 2000, 2024, 2026, 9999])
def test_written_times_are_read_back(year: int) -> None:
    text = f"{year}-02-28T23:59:58.1234567Z"
    assert value_text(0x11, written_time(text).to_bytes(8, "little")) == text


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-30T00:00:00Z",
        "2024-01-01T24:00:00Z",
        "2024-01-01 00:00:00Z",
        "2024-01-01T00:00:00",
        "1600-01-01T00:00:00Z",
        "2024-01-01T00:00:00.Z",
        "2024-0x-01T00:00:00Z",
    ],
)
def test_what_is_no_written_time_is_left_to_the_slow_truth(text: str) -> None:
    assert written_time(text) == -2


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


def write(path: Path, *events: tuple[list[tuple[str, object]], tuple[object, ...]]) -> None:
    with EvtxWriter(path) as writer:
        for fields, values in events:
            layout = event_data(fields)  # type: ignore[arg-type]
            writer.write(WrittenEvent(PROCESS, layout, values, "H", START))


def test_numbers_and_texts_that_read_alike_share_one_value(tmp_path: Path) -> None:
    path = tmp_path / "mixed.evtx"
    write(path, ([("ProcessId", UINT32)], (5,)), ([("ProcessId", TEXT)], ("5",)))
    (batch,) = read(path).batches
    assert batch.table["ProcessId"].dictionary.to_pylist() == ["5"]
    assert batch.table["ProcessId"].to_pylist() == ["5", "5"]


def test_the_first_of_repeated_fields_takes_the_column(tmp_path: Path) -> None:
    path = tmp_path / "repeats.evtx"
    fields = [("Image", TEXT), ("image", TEXT), ("Foreign", TEXT), ("Level", TEXT)]
    write(path, (fields, ("a", "b", "c", "d")))
    (row,) = read(path).rows
    assert row["Image"] == "a"
    assert row["Level"] == "4"
    assert row["event.rest"] == [
        {"name": "image", "value": "b"},
        {"name": "Foreign", "value": "c"},
        {"name": "Level", "value": "d"},
    ]


def test_real_numbers_are_spelled_as_python_does(tmp_path: Path) -> None:
    path = tmp_path / "reals.evtx"
    fields = [("Image", REAL64), ("User", REAL32)]
    write(path, (fields, (0.1, 0.1)), (fields, (1e300, -2.5)))
    rows = read(path).rows
    assert [(r["Image"], r["User"]) for r in rows] == [("0.1", "0.1"), ("1e+300", "-2.5")]


def test_a_batch_has_its_datasets_schema_and_survives_ipc(log: Path) -> None:
    (batch,) = read(log).batches
    assert batch.table.schema == datasets()[batch.dataset].schema
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.table.schema) as writer:
        writer.write_batch(batch.table)
    back = pa.ipc.open_stream(sink.getvalue()).read_next_batch()
    assert back.to_pylist() == batch.table.to_pylist()


def test_a_batch_outlives_the_next_ones(tmp_path: Path) -> None:
    path = tmp_path / "many.evtx"
    with EvtxWriter(path) as writer:
        for number in range(3000):
            writer.write(process(number, f"command {number}"))
    batches = read(path, most_rows=100, paranoid=False).batches
    assert len(batches) == 30
    commands = [c for b in batches for c in b.table["CommandLine"].to_pylist()]
    assert commands == [f"command {number}" for number in range(3000)]
    for batch in batches:
        batch.table.validate(full=True)


def test_what_was_forgotten_is_learnt_again(log: Path) -> None:
    before = read(log).rows
    forget()
    assert read(log).rows == before


def test_readers_at_the_same_time_do_not_disturb_each_other(log: Path) -> None:
    def events() -> Iterator[EventBatch]:
        origin = Origin(0, log.name, log, log.stat().st_size)
        found = EvtxReader(ReadOptions(), most_rows=40).read(EvtxSource().ranges(origin))
        return (one for one in found if isinstance(one, EventBatch))

    one, other = events(), events()
    next(one)
    assert sum(len(batch) for batch in other) == 600
    assert sum(len(batch) for batch in one) == 560
