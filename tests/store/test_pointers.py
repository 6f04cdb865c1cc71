from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pytest

from fakes.cases import batches, logon
from gamekeeper.store import pointers
from gamekeeper.store.case import Case
from gamekeeper.store.layout import Layout
from gamekeeper.store.pointers import is_in, lost, offset_of, places, source_of
from gamekeeper.store.records import Kind, StoredFile
from gamekeeper.store.rewriting import as_stored
from gamekeeper.store.schemas import WITNESSES
from gamekeeper.store.settle import plain_spans
from gamekeeper.store.snapshot import Snapshot
from gamekeeper.store.writing import EventWriter, ParquetFile, staged

Place = tuple[int, int]


def events(folder: Path, *found: Place) -> list[StoredFile]:
    writer = EventWriter(folder, "e")
    for batch in batches([logon(n, source=s, offset=o) for n, (s, o) in enumerate(found)]):
        writer.add(batch)
    return [as_stored(file) for file in writer.finish()]


def witnesses(folder: Path, **ways: tuple[Place, Place]) -> list[StoredFile]:
    files = []
    for name, (own, kept) in ways.items():
        row = dict(zip(WITNESSES.names, (*own, None, None, *kept, "fingerprint"), strict=True))
        table = pa.Table.from_pylist([row], WITNESSES)
        path = folder / f"{name}.parquet"
        with ParquetFile(path, WITNESSES) as file:
            file.write_table(table)
        made = staged(path, Kind.WITNESSES, "witnesses", 1, plain_spans(table))
        files.append(as_stored(made))
    return files


def found(folder: Path, files: list[StoredFile]) -> list[Place]:
    with closing(Case.create(folder / "case").manifest()) as manifest:
        snapshot = Snapshot(manifest, Layout(folder), tuple(files), ())
        return [(source_of(place), offset_of(place)) for place in lost(snapshot).tolist()]


def test_places_keep_source_and_offset_apart_and_in_order() -> None:
    known = [(0, 0), (0, (1 << 42) - 1), (1, 0), (1_999_999, 5)]
    numbers = places(
        pa.chunked_array([pa.array([s for s, _ in known], pa.int32())]),
        pa.chunked_array([pa.array([o for _, o in known], pa.int64())]),
    ).tolist()
    assert numbers == sorted(numbers)
    assert [(source_of(n), offset_of(n)) for n in numbers] == known


def test_ways_lead_to_events_over_other_copies(tmp_path: Path) -> None:
    files = [
        *events(tmp_path, (0, 10), (0, 20)),
        *witnesses(tmp_path, a=((1, 10), (0, 10)), b=((2, 10), (1, 10)), c=((3, 10), (2, 10))),
    ]
    assert found(tmp_path, files) == []


def test_what_leads_nowhere_is_named_with_all_that_leads_there(tmp_path: Path) -> None:
    files = [
        *events(tmp_path, (0, 20)),
        *witnesses(tmp_path, a=((1, 10), (0, 10)), b=((2, 10), (1, 10)), c=((3, 10), (0, 20))),
    ]
    assert found(tmp_path, files) == [(0, 10), (1, 10)]


def test_a_circle_is_no_way(tmp_path: Path) -> None:
    files = [
        *events(tmp_path, (0, 20)),
        *witnesses(tmp_path, a=((1, 10), (2, 10)), b=((2, 10), (1, 10)), c=((3, 10), (0, 20))),
    ]
    assert found(tmp_path, files) == [(1, 10), (2, 10)]


@pytest.mark.parametrize("portion", [1, 2, 100])
def test_portions_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, portion: int
) -> None:
    monkeypatch.setattr(pointers, "PORTION", portion)
    files = [
        *events(tmp_path, (0, 20)),
        *witnesses(
            tmp_path,
            a=((1, 10), (0, 10)),
            b=((2, 10), (1, 10)),
            c=((3, 10), (0, 20)),
            d=((4, 10), (3, 10)),
        ),
    ]
    assert found(tmp_path, files) == [(0, 10), (1, 10)]


def test_a_case_without_copies_has_no_ways(tmp_path: Path) -> None:
    assert found(tmp_path, events(tmp_path, (0, 20))) == []
    assert is_in(
        places(*[pa.chunked_array([[1]])] * 2), places(*[pa.chunked_array([[]], pa.int64())] * 2)
    ).tolist() == [False]
