"""Rates that collapse."""

from __future__ import annotations

import pyarrow as pa
from tests.fakes.facts import DAY, HOUR, NEW_YEAR

from gamekeeper.integrity.checks.collapsing_rates import CollapsingRates
from gamekeeper.integrity.facts import Facts
from gamekeeper.integrity.gathering.hours import SCHEMA
from gamekeeper.model.breaks import Anomaly

Rows = list[dict[str, object]]


def log(channel: str, few: dict[int, int], days: int = 21) -> Rows:
    """Hours of a log: twelve events each, others on some days."""
    return [
        {
            "host": "dc01",
            "channel": channel,
            "source": 0,
            "hour": NEW_YEAR + at * HOUR,
            "events": few.get(at // 24, 12),
            "first": NEW_YEAR + at * HOUR,
            "last": NEW_YEAR + (at + 1) * HOUR - 1,
        }
        for at in range(days * 24)
    ]


def looked(*logs: Rows) -> list[Anomaly]:
    table = pa.Table.from_pylist([row for log in logs for row in log], schema=SCHEMA)
    return list(CollapsingRates().look(Facts({"hours": table}, {})))


SLOW = {9: 1, 10: 1, 11: 1}


def test_days_with_a_fraction_of_what_is_usual_are_one_break() -> None:
    (found,) = looked(log("security", SLOW), log("system", {}))
    assert (found.channel, found.start) == ("security", NEW_YEAR + 9 * DAY)
    assert found.stop == NEW_YEAR + 12 * DAY - 1


def test_days_on_which_all_channels_fall_are_holidays() -> None:
    assert looked(log("security", SLOW), log("system", SLOW)) == []


def test_one_day_is_chance_and_a_short_log_has_no_rhythm() -> None:
    assert looked(log("security", {9: 1}), log("system", {})) == []
    assert looked(log("security", SLOW, 13), log("system", {}, 13)) == []
