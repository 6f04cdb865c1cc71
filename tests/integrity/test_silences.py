"""Silences held against a log's own history."""

from __future__ import annotations

import random

import numpy as np
from tests.fakes.facts import DAY, HOUR, MINUTE, NEW_YEAR

from gamekeeper.integrity.coverage import Presence
from gamekeeper.integrity.silences import Silence, silences


def presence(times: list[int]) -> Presence:
    time = np.array(times, np.int64) + NEW_YEAR
    hour, first, events = np.unique(time // HOUR * HOUR, return_index=True, return_counts=True)
    return Presence(hour, events, time[first], time[first + events - 1])


def found(own: list[int], others: list[int]) -> list[Silence]:
    awake = presence(others)
    return silences(presence(own), awake, int(awake.last[-1]))


STEADY = list(range(0, 3 * DAY, 10 * MINUTE))


def test_six_hours_of_a_log_that_speaks_every_ten_minutes_are_odd() -> None:
    own = [time for time in STEADY if not DAY <= time < DAY + 6 * HOUR]
    (one,) = found(own, STEADY)
    assert (one.start, one.stop) == (NEW_YEAR + DAY - 10 * MINUTE, NEW_YEAR + DAY + 6 * HOUR)
    assert one.chance < 1e-6
    assert not one.is_last


def test_a_log_that_falls_silent_for_good_is_odd_at_its_end() -> None:
    (one,) = found([time for time in STEADY if time < 2 * DAY], STEADY)
    assert one.is_last


def test_a_silence_of_all_is_the_machines() -> None:
    own = [time for time in STEADY if not DAY <= time < DAY + 6 * HOUR]
    assert found(own, own) == []


def test_nights_without_events_are_a_rhythm() -> None:
    working = [time for time in range(0, 21 * DAY, 10 * MINUTE) if 8 <= time % DAY // HOUR < 18]
    assert found(working, list(range(0, 21 * DAY, 10 * MINUTE))) == []


def test_a_weekend_is_no_silence_where_there_were_weekends() -> None:
    every = range(0, 28 * DAY, 10 * MINUTE)
    working = [time for time in every if 8 <= time % DAY // HOUR < 18 and time // DAY % 7 < 5]
    assert found(working, list(every)) == []


def test_a_short_log_has_no_rhythm() -> None:
    assert found(STEADY[:60], STEADY) == []


def test_logs_that_speak_by_chance_have_no_odd_silences() -> None:
    for seed in range(60):
        chance = random.Random(seed)
        mean = chance.choice([10, 40, 120, 300]) * MINUTE
        times, time = [], 0
        while time < 28 * DAY:
            # Long tails: now and then a pause many times the mean.
            time += int(mean * chance.paretovariate(2) / 2)
            times.append(time)
        assert found(times, list(range(0, 28 * DAY, 30 * MINUTE))) == [], seed


def test_the_first_day_off_is_no_silence_of_a_log_that_people_fill() -> None:
    # 2026-01-01 was a Thursday: the silence is the first Saturday.
    working = [time for time in range(0, 2 * DAY, 10 * MINUTE) if 4 <= time % DAY // HOUR < 23]
    assert found(working, list(range(0, 3 * DAY, 10 * MINUTE))) == []


def test_the_first_day_off_is_one_of_a_log_that_speaks_day_and_night() -> None:
    (one,) = found([time for time in STEADY if time < 2 * DAY], STEADY)
    assert one.stop == NEW_YEAR + 3 * DAY - 10 * MINUTE
