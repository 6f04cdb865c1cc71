"""Rows of units and of memory become one row a habit and day."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from tests.fakes.habits import Diary, batches, office, runs, seen_in

from gamekeeper.analytics.baselines.merging import Seen, merge, once
from gamekeeper.engine.runs import merge_runs
from gamekeeper.model.habits import SAME, SEEN_SCHEMA


def rows(seen: Seen) -> list[dict[str, object]]:
    found: list[dict[str, object]] = pa.Table.from_batches(
        list(seen.batches()), schema=SEEN_SCHEMA
    ).to_pylist()
    return found


def test_a_habit_of_a_day_that_two_units_show_is_one_row(tmp_path: Path) -> None:
    diary = office(2)
    seen = merge(runs([batches(diary.events), batches(diary.events)], tmp_path / "r"), (), tmp_path)
    assert rows(seen) == rows(seen_in(diary.events, tmp_path / "once"))
    assert seen.rows == len(rows(seen))


def test_what_is_remembered_counts_and_is_told_from_what_was_seen(tmp_path: Path) -> None:
    memory = list(seen_in(office(2).events, tmp_path / "a").batches())
    at = SEEN_SCHEMA.get_field_index("now")
    memory = [one.set_column(at, "now", pa.array([False] * one.num_rows)) for one in memory]
    old = [one.cast(SEEN_SCHEMA) for one in memory]
    seen = seen_in(office(3).events[-8:], tmp_path / "b", old)
    days = {(row["day"], row["now"]) for row in rows(seen)}
    assert len(days) == 3
    assert sum(now for _, now in days) == 1
    assert seen.remembered == sum(one.num_rows for one in old)


def test_reading_again_what_is_remembered_changes_nothing(tmp_path: Path) -> None:
    events = office(3).events
    once = seen_in(events, tmp_path / "a")
    again = seen_in(events, tmp_path / "b", once.batches())
    assert rows(again) == rows(once)


def test_whole_habits_come_in_one_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gamekeeper.analytics.baselines.merging._ROWS", 3)
    seen = seen_in(office(4).events, tmp_path)
    keys: list[set[tuple[str, str]]] = []
    total = 0
    for table in seen.tables():
        pairs = table.select(["baseline", "key"]).to_pylist()
        keys.append({(pair["baseline"], pair["key"]) for pair in pairs})
        total += table.num_rows
    assert total == seen.rows
    assert sum(map(len, keys)) == len(set().union(*keys))


def test_equal_rows_are_one_even_where_the_merge_cuts_between_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    units = [batches(office(3).events) for _ in range(5)]

    def small(found: object, key: object) -> object:
        for table in merge_runs(found, key):  # type: ignore[arg-type]
            yield from (table.slice(at, 1) for at in range(table.num_rows))

    monkeypatch.setattr("gamekeeper.analytics.baselines.merging.merge_runs", small)
    found = rows(merge(runs(units, tmp_path / "r"), (), tmp_path))
    assert len({tuple(row[name] for name in SAME) for row in found}) == len(found)


def test_nothing_is_no_rows(tmp_path: Path) -> None:
    seen = seen_in(Diary().events, tmp_path)
    assert (seen.rows, list(seen.tables())) == (0, [])


def test_of_two_rows_about_one_event_the_first_account_counts() -> None:
    row = dict.fromkeys(("day", "filetime", "source", "offset"), 1)
    row |= {"baseline": "b", "key": "k", "who": "w", "host": "h", "now": True}
    told = [
        {**row, "account": "zoe"},
        {**row, "account": "anna"},
        {**row, "day": 2, "account": "x"},
    ]
    found = once(pa.Table.from_pylist(told, SEEN_SCHEMA))
    assert found.column("account").to_pylist() == ["anna", "x"]
