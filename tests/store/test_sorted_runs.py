from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gamekeeper.errors import UsageError
from gamekeeper.store import sorted_runs as runs
from gamekeeper.store.sorted_runs import RunWriter, merge_runs

SCHEMA = pa.schema(
    [
        pa.field("time", pa.int64()),
        pa.field("id", pa.int64(), nullable=False),
        pa.field("host", pa.dictionary(pa.int32(), pa.utf8())),
    ]
)
KEY = ("time", "id")


def batch(rows: list[tuple[int | None, int, str | None]]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(
        [{"time": time, "id": at, "host": host} for time, at, host in rows], SCHEMA
    )


def merged(folder: Path, parts: list[pa.RecordBatch], target: int) -> list[dict[str, object]]:
    found = []
    for at, part in enumerate(parts):
        writer = RunWriter(folder, f"unit{at}", KEY)
        writer.add(part)
        found.extend(writer.finish())
    return [row for table in merge_runs(found, KEY, target) for row in table.to_pylist()]


def in_order(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return sorted(rows, key=lambda r: (r["time"] is None, r["time"] or 0, r["id"]))  # type: ignore[operator,return-value]


@settings(max_examples=40, deadline=None)
@given(
    times=st.lists(st.one_of(st.none(), st.integers(0, 20)), max_size=200),
    cuts=st.integers(1, 7),
    target=st.sampled_from([1, 400, 1 << 20]),
    step=st.sampled_from([1, 64, 1 << 18]),
)
def test_a_merge_is_a_sort(
    times: list[int | None],
    cuts: int,
    target: int,
    step: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    rows = [(time, at, None if at % 3 == 0 else f"h{at % 5}") for at, time in enumerate(times)]
    random.Random(7).shuffle(rows)
    parts = [batch(rows[at::cuts]) for at in range(cuts)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "_STEP_BYTES", step)
        found = merged(tmp_path_factory.mktemp("runs"), parts, target)
    assert found == in_order([row for part in parts for row in part.to_pylist()])


def test_a_merge_hands_on_pieces_of_about_the_wanted_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "_STEP_BYTES", 1 << 10)
    writer = RunWriter(tmp_path, "unit", KEY)
    writer.add(batch([(n, n, "h") for n in range(20_000)]))
    tables = list(merge_runs(writer.finish(), KEY, 64 << 10))
    assert len(tables) >= 5
    assert max(table.nbytes for table in tables) < 128 << 10
    assert sum(table.num_rows for table in tables) == 20_000


def test_one_writer_spills_more_than_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "_RUN_BYTES", 1000)
    writer = RunWriter(tmp_path, "unit", KEY)
    for start in range(0, 300, 100):
        writer.add(batch([(n % 7, n, "h") for n in range(start, start + 100)]))
    found = writer.finish()
    assert len(found) > 1
    rows = [row for table in merge_runs(found, KEY) for row in table.to_pylist()]
    assert rows == in_order([{"time": n % 7, "id": n, "host": "h"} for n in range(300)])


def test_a_run_keeps_no_dictionary_values_that_it_does_not_use(tmp_path: Path) -> None:
    many = batch([(n, n, f"host{n}") for n in range(1000)]).slice(0, 2)
    writer = RunWriter(tmp_path, "unit", KEY)
    writer.add(many)
    (run,) = writer.finish()
    assert run.size_bytes < 5000


def test_a_merged_table_has_no_dictionary_values_of_other_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "_STEP_BYTES", 1 << 10)
    rows = [(at, at, f"text {at}") for at in range(2_000)]
    writers = [RunWriter(tmp_path, f"r{at}", KEY) for at in range(2)]
    for at, writer in enumerate(writers):
        writer.add(batch(rows[at::2]))
    found = list(merge_runs([run for w in writers for run in w.finish()], KEY, 20_000))
    assert len(found) > 2
    for table in found:
        for chunk in table.column("host").chunks:
            assert len(chunk.dictionary) <= table.num_rows


def test_a_folder_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    writer = RunWriter(tmp_path / "absent", "unit", KEY)
    writer.add(batch([(1, 1, "h")]))
    with pytest.raises(UsageError, match="--temp-dir"):
        writer.finish()


def test_thousands_of_tiny_runs_are_gathered_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "_MANY_RUNS", 5)
    monkeypatch.setattr(runs, "_RUN_BYTES", 20_000)
    rows = [(n * 7 % 50, n, f"h{n % 3}") for n in range(200)]
    found = merged(tmp_path, [batch([row]) for row in rows], 1 << 20)
    assert found == in_order([r for part in rows for r in batch([part]).to_pylist()])
    assert list(tmp_path.iterdir()) == []  # every run is removed once it is used up


def test_a_writer_folds_what_it_has_sorted(tmp_path: Path) -> None:
    writer = RunWriter(tmp_path, "unit", KEY, lambda table: table.slice(1))
    writer.add(batch([(3, 1, "a"), (1, 2, "b"), (2, 3, "c")]))
    (run,) = writer.finish()
    assert run.rows == 2
    assert [row["id"] for table in merge_runs([run], KEY) for row in table.to_pylist()] == [3, 1]


def test_dictionaries_hold_what_a_run_uses(tmp_path: Path) -> None:
    writer = RunWriter(tmp_path, "unit", KEY)
    hosts = pa.DictionaryArray.from_arrays(pa.array([3, None, 1], pa.int32()), list("abcde"))
    columns = [pa.array([2, 1, 3]), pa.array([1, 2, 3]), hosts]
    writer.add(pa.RecordBatch.from_arrays(columns, schema=SCHEMA))
    (run,) = writer.finish()
    with pa.OSFile(str(run.path), "rb") as source, pa.ipc.open_file(source) as reader:
        column = reader.get_batch(0).column("host")
    assert column.to_pylist() == [None, "d", "b"]
    assert sorted(column.dictionary.to_pylist()) == ["b", "d"]
