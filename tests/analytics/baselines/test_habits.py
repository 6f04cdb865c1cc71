"""Counts before each habit's first day."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.fakes.habits import Diary, judged_in, office, seen_in

from gamekeeper.analytics.baselines import habits
from gamekeeper.analytics.baselines.habits import NUMBERS, Cast, kept, learn


def found(diary: Diary, folder: Path, baseline: str, host: str) -> dict[str, int]:
    _, learnt, _ = judged_in(diary.events, folder)
    names = [name for _, name in learnt.cast.names]
    at = [
        n
        for n in range(len(learnt.habits))
        if learnt.habits.baseline[n] == NUMBERS[baseline]
        and names[learnt.habits.who[n]] == host
        and learnt.habits.day[n] > learnt.habits.day.min()
    ]
    assert len(at) == 1
    return {name: int(getattr(learnt.habits, name)[at[0]]) for name in learnt.habits.__slots__}


def test_only_days_before_and_elsewhere_explain_a_habit(tmp_path: Path) -> None:
    diary = office(10)
    for day in (2, 3, 9):
        diary.start(day, "ws01", "whoami")
    diary.start(5, "ws02", "whoami")
    one = found(diary, tmp_path, "command-shapes", "ws02")
    assert (one["all_days"], one["all_who"], one["role_days"]) == (2, 1, 2)
    assert one["days"] == 1


def test_those_that_begin_within_days_are_near(tmp_path: Path) -> None:
    diary = office(12)
    for day, host in ((8, "ws01"), (9, "ws02"), (11, "ws03")):
        diary.start(day, host, "setup")
    assert found(diary, tmp_path, "command-shapes", "ws01")["all_near"] == 2


def test_the_first_habits_of_a_host_are_kept_and_the_others_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(habits, "LIMIT", 2)
    monkeypatch.setattr(habits, "_PRUNE_ROWS", 1)
    diary = Diary()
    for day, word in enumerate(("one", "two", "three", "four")):
        diary.start(day, "ws01", word)
    seen = seen_in(diary.events, tmp_path)
    learnt = learn(seen, Cast.of(seen, {}))
    mine = learnt.habits.baseline == NUMBERS["command-shapes"]
    assert sorted(learnt.habits.day[mine] - learnt.habits.day.min()) == [0, 1]
    at = next(n for n, (_, name) in enumerate(learnt.cast.names) if name == "ws01")
    assert learnt.overflow[NUMBERS["command-shapes"], at] == 2
    keys = {row["key"] for batch in kept(seen, learnt) for row in batch.to_pylist()}
    assert ("one" in keys, "four" in keys) == (True, False)


def test_only_the_first_row_of_a_habit_keeps_its_fingerprint(tmp_path: Path) -> None:
    seen = seen_in(office(4).events, tmp_path)
    learnt = learn(seen, Cast.of(seen, {}))
    rows = [row for batch in kept(seen, learnt) for row in batch.to_pylist()]
    assert len(rows) == seen.rows
    assert sum(row["fingerprint"] is not None for row in rows) == len(learnt.habits)


def test_no_rows_are_no_habits(tmp_path: Path) -> None:
    seen = seen_in([], tmp_path)
    learnt = learn(seen, Cast.of(seen, {}))
    assert (len(learnt.habits), len(learnt.active)) == (0, 0)
    assert not list(kept(seen, learnt))
    assert np.array_equal(learnt.keys, np.zeros_like(learnt.keys))
