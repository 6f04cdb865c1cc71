from __future__ import annotations

from pathlib import Path

import pytest

from fakes.cases import batches, case_of, logon
from gamekeeper.hunt import case_units
from gamekeeper.hunt.case_units import CaseUnit, Piece, pack
from gamekeeper.hunt.reading import limit_of
from gamekeeper.model.datasets import datasets
from gamekeeper.model.events import EventBatch
from gamekeeper.sources.base import ReadOptions
from gamekeeper.store.case import Case
from gamekeeper.store.records import Kind
from gamekeeper.store.selection import Selection


@pytest.fixture
def case(tmp_path: Path) -> Case:
    parts = [batches([logon(n, source=s) for n in range(s, s + 5)]) for s in range(0, 50, 10)]
    return case_of(tmp_path / "c", *parts)


def units(case: Case) -> list[CaseUnit]:
    with case.snapshot() as snapshot:
        return list(pack(case.layout, snapshot.of_kind(Kind.EVENTS), Selection()))


def rows(unit: CaseUnit) -> list[int]:
    found: list[int] = []
    for item in unit.read(ReadOptions()):
        assert isinstance(item, EventBatch)
        assert item.table.schema.equals(datasets()[item.dataset].schema)
        found += item.table.column("event.record_id").to_pylist()
    return found


def test_small_files_go_together(case: Case) -> None:
    (unit,) = units(case)
    assert len(unit.pieces) == 5
    assert unit.size_bytes == sum(piece.size_bytes for piece in unit.pieces) > 0
    assert len(rows(unit)) == 25
    assert unit.name == "0"


def test_units_have_a_size(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_units, "UNIT_ROWS", 8)
    found = units(case)
    assert [len(rows(unit)) for unit in found] == [10, 10, 5]
    assert [unit.key for unit in found] == [(0,), (1,), (2,)]


def test_a_lost_unit_is_taken_apart(case: Case) -> None:
    (unit,) = units(case)
    parts = unit.split()
    assert [part.key for part in parts] == [(0, n) for n in range(5)]
    assert [n for part in parts for n in rows(part)] == rows(unit)
    assert [part.pieces for part in parts[0].split()] == [parts[0].pieces]


def test_stored_events_may_take_the_time_that_their_logs_would() -> None:
    unit = CaseUnit((0,), (Piece("p", "windows.sysmon", (0,), 8 << 20),), Selection())
    assert limit_of(unit) > 60 + 500  # a quarter of a million events, some of them slow
