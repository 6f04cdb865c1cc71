"""Cells to Arrow: every dataset's schema, each text once, repeats and foreign fields in the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
from tests.sources.evtx.conftest import PROCESS, START, read

from gamekeeper.model.datasets import datasets
from gamekeeper.simulate.evtx import EvtxWriter
from gamekeeper.simulate.layouts import WrittenEvent, event_data
from gamekeeper.simulate.values import REAL32, REAL64, TEXT, UINT32

if TYPE_CHECKING:
    from pathlib import Path


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
