"""Trust as stripes of colour."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from tests.reports.worlds import BASE

from gamekeeper.model.breaks import TIMELINE_SCHEMA, IntegrityResult
from gamekeeper.reports.trust_picture import COLUMNS, HOSTS, HOUR, picture

START = BASE // HOUR * HOUR


def hour(at: int, host: str = "dc01", standing: str = "", **other: Any) -> dict[str, Any]:
    row = {"host": host, "channel": "security", "hour": START + at * HOUR, "events": 5}
    return row | {"score": 100, "standing": standing, "breaks": 0} | other


def drawn(*rows: dict[str, Any]) -> Any:
    table = pa.Table.from_pylist(list(rows), schema=TIMELINE_SCHEMA)
    return picture(IntegrityResult(timeline=table, hosts={"dc01": "DC01"}))


def states(row: Any) -> list[tuple[int, int, str]]:
    return [(stripe.start, stripe.width, stripe.state) for stripe in row.stripes]


def test_nothing_read_is_no_picture() -> None:
    assert picture(IntegrityResult()) is None


def test_equal_hours_are_one_stripe_and_silence_is_one_too() -> None:
    found = drawn(hour(0), hour(1), hour(4, standing="likely"))
    assert found.step_hours == 1
    assert states(found.rows[0]) == [(0, 2, "whole"), (2, 2, "silent"), (4, 1, "likely")]


def test_the_worst_hour_gives_a_column_its_colour() -> None:
    found = drawn(hour(0), hour(1, standing="proved"), hour(COLUMNS * 2 - 1))
    assert found.step_hours == 2
    assert found.columns == COLUMNS
    assert states(found.rows[0])[0] == (0, 1, "proved")


def test_years_fit_into_the_picture() -> None:
    found = drawn(hour(0), hour(24 * 365 * 6))
    assert found.columns <= COLUMNS


def test_a_silent_hour_with_a_break_has_the_breaks_colour() -> None:
    found = drawn(hour(0), hour(1, standing="possible", events=0))
    assert states(found.rows[0])[1] == (1, 1, "possible")


def test_the_worst_host_comes_first_under_its_own_spelling() -> None:
    found = drawn(hour(0, host="aa"), hour(0, standing="likely"))
    assert [row.name for row in found.rows] == ["DC01", "aa"]


def test_logs_stand_under_their_host_and_the_worst_comes_first() -> None:
    found = drawn(hour(0), hour(0, channel="system", standing="proved"))
    (row,) = found.rows
    assert [channel.name for channel in row.channels] == ["system", "security"]
    assert states(row) == [(0, 1, "proved")]


def test_hosts_beyond_the_picture_are_counted() -> None:
    found = drawn(*(hour(0, host=f"h{at:03}") for at in range(HOSTS + 3)))
    assert (len(found.rows), found.more) == (HOSTS, 3)
