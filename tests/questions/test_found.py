from __future__ import annotations

import pyarrow as pa

from gamekeeper.questions.found import Found
from gamekeeper.store.selection import Selection

KEPT = ("rule.title", "rule.level", "source", "offset", "filetime")


def matches(*rows: tuple[str, str, int, int, int | None]) -> pa.RecordBatch:
    columns = list(zip(*rows, strict=True))
    kinds = (pa.utf8(), pa.utf8(), pa.int32(), pa.int64(), pa.int64())
    arrays = [pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]
    arrays[:2] = [array.dictionary_encode() for array in arrays[:2]]
    return pa.RecordBatch.from_arrays(arrays, list(KEPT))


def looked_up(found: Found, *events: tuple[int, int]) -> list[tuple[str | None, str | None]]:
    sources = pa.array([source for source, _ in events], pa.int32())
    offsets = pa.array([offset for _, offset in events], pa.int64())
    level, names = found.told(sources, offsets)
    has = found.has(sources, offsets).tolist()
    assert has == level.is_valid().to_pylist()
    return list(zip(level.to_pylist(), names.to_pylist(), strict=True))


def test_an_event_has_its_gravest_level_and_all_rules() -> None:
    one = matches(("B", "low", 0, 8, 5), ("A", "low", 0, 8, 5), ("C", "high", 0, 8, 5))
    two = matches(("A", "low", 0, 8, 5), ("D", "medium", 1, 8, 6))
    expected: list[tuple[str | None, str | None]] = [
        ("high", "C; A; B"),
        (None, None),
        ("medium", "D"),
        (None, None),
    ]
    for batches in ([one, two], [two, one]):
        found = Found(batches, Selection())
        assert looked_up(found, (0, 8), (0, 9), (1, 8), (2, 8)) == expected
        assert found.period == (5, 6)


def test_keys_that_collide_do_not_mix_events_up() -> None:
    found = Found([matches(("A", "low", 1, 0, 5))], Selection())
    assert looked_up(found, (0, 1 << 42), (1, 0)) == [(None, None), ("low", "A")]


def test_matches_outside_of_the_period_do_not_count() -> None:
    rows = [("A", "low", 0, n, n) for n in range(10)]
    found = Found([matches(*rows, ("A", "low", 0, 99, None))], Selection(start=3, stop=6))
    assert len(found) == 3
    assert found.period == (3, 5)
    assert Found([matches(("A", "low", 0, 99, None))], Selection()).period is None
    assert len(Found([matches(("A", "low", 0, 99, None))], Selection(stop=6))) == 0


def test_without_matches_there_is_nothing() -> None:
    found = Found([], Selection())
    assert looked_up(found, (0, 0)) == [(None, None)]
    assert found.period is None
    assert looked_up(found) == []
