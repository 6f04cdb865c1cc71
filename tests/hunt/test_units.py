from __future__ import annotations

from pathlib import Path

import pytest

from gamekeeper.hunt import units
from gamekeeper.hunt.units import Unit, pack
from gamekeeper.sources.base import Origin, Range


def file(number: int, size: int, cut: int = 1 << 60) -> list[Range]:
    origin = Origin(number, f"f{number}", Path(f"f{number}"), size)
    starts = range(0, max(size, 1), cut)
    return [Range(origin, start, min(start + cut, size)) for start in starts]


def sizes(made: list[Unit]) -> list[tuple[str, int, int]]:
    return [(unit.format, len(unit.ranges), unit.size_bytes) for unit in made]


def test_small_files_go_together_up_to_the_size_of_a_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(units, "UNIT_BYTES", 10)
    made = list(pack([("evtx", file(n, 4)) for n in range(5)]))
    assert sizes(made) == [("evtx", 2, 8), ("evtx", 2, 8), ("evtx", 1, 4)]
    assert [unit.key for unit in made] == [(0,), (1,), (2,)]


def test_a_big_file_is_cut_by_its_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(units, "UNIT_BYTES", 10)
    made = list(pack([("evtx", file(0, 25, cut=10))]))
    assert sizes(made) == [("evtx", 1, 10), ("evtx", 1, 10), ("evtx", 1, 5)]


def test_a_range_larger_than_a_unit_is_a_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(units, "UNIT_BYTES", 10)
    assert sizes(list(pack([("json", file(0, 99)), ("json", file(1, 5))]))) == [
        ("json", 1, 99),
        ("json", 1, 5),
    ]


def test_a_unit_has_one_format_and_no_file_is_lost() -> None:
    made = list(pack([("evtx", file(0, 5)), ("json", file(1, 5)), ("evtx", file(2, 5))]))
    assert sizes(made) == [("evtx", 2, 10), ("json", 1, 5)]


def test_a_unit_holds_a_bounded_number_of_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(units, "UNIT_FILES", 3)
    made = list(pack([("evtx", file(n, 0)) for n in range(7)]))
    assert [len(unit.ranges) for unit in made] == [3, 3, 1]


def test_a_unit_splits_by_files_then_ranges() -> None:
    (unit,) = pack([("csv", file(0, 20, cut=10)), ("csv", file(1, 5))])
    first, second = unit.split()
    assert (first.key, len(first.ranges)) == ((0, 0), 2)
    assert (second.key, len(second.ranges)) == ((0, 1), 1)
    assert [part.key for part in first.split()] == [(0, 0, 0), (0, 0, 1)]
    assert first.name == "0.0"
