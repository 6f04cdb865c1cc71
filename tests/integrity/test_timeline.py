"""Trust by host, channel and hour."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from tests.fakes.facts import HOUR, NEW_YEAR, facts_of, steady, timeline_of

from gamekeeper.integrity.timeline import MOST_HOURS, SCORES, TRUSTED
from gamekeeper.model.breaks import Anomaly, Break, Standing, Strength
from gamekeeper.model.build import Event


def broken(
    standing: Standing = Standing.LIKELY,
    *,
    host: str = "dc01",
    channel: str = "security",
    start: int | None = None,
    stop: int | None = None,
) -> Break:
    found = Anomaly(
        "holes",
        "a hole",
        "records removed",
        Strength.STRONG,
        host=host,
        channel=channel,
        start=start,
        stop=stop,
    )
    return Break(found, standing, "x")


def cells(events: list[Event], *breaks: Break) -> dict[tuple[str, int], dict[str, Any]]:
    rows = timeline_of(facts_of(events), breaks).to_pylist()
    return {(row["channel"], (row["hour"] - NEW_YEAR) // HOUR): row for row in rows}


def test_an_hour_without_a_break_is_trusted() -> None:
    assert {row["score"] for row in cells(steady(1, 90)).values()} == {TRUSTED}


def test_a_break_marks_every_hour_that_it_touches_also_silent_ones() -> None:
    found = cells(steady(1, 30), broken(start=NEW_YEAR, stop=NEW_YEAR + 2 * HOUR))
    assert [found["security", at]["score"] for at in (0, 1, 2)] == [SCORES[Standing.LIKELY]] * 3
    assert [found["security", at]["events"] for at in (0, 1, 2)] == [30, 0, 0]


def test_the_worst_break_of_an_hour_decides() -> None:
    one = broken(Standing.EXPLAINED, start=NEW_YEAR, stop=NEW_YEAR)
    other = broken(Standing.PROVED, start=NEW_YEAR, stop=NEW_YEAR)
    row = cells(steady(1, 3), one, other)["security", 0]
    assert (row["standing"], row["score"], row["breaks"]) == ("proved", 0, 2)


def test_a_break_of_a_host_marks_all_of_its_channels() -> None:
    events = [*steady(1, 3), *steady(1, 3, channel="System")]
    found = cells(events, broken(channel="", start=NEW_YEAR, stop=NEW_YEAR))
    assert {row["score"] for row in found.values()} == {SCORES[Standing.LIKELY]}


def test_copies_of_a_log_do_not_add_up() -> None:
    events = [*steady(1, 3), *steady(1, 3, source=1)]
    assert cells(events)["security", 0]["events"] == 3


def test_what_is_explained_marks_hours_with_events_only() -> None:
    one = broken(Standing.EXPLAINED, start=NEW_YEAR - 900 * HOUR, stop=NEW_YEAR + 900 * HOUR)
    found = cells(steady(1, 3), one)
    assert list(found) == [("security", 0)]
    assert found["security", 0]["score"] == SCORES[Standing.EXPLAINED]


def test_a_break_of_years_marks_its_last_hours() -> None:
    found = cells([], broken(start=NEW_YEAR - 9 * MOST_HOURS * HOUR, stop=NEW_YEAR))
    assert len(found) == MOST_HOURS
    assert ("security", 0) in found


def test_nothing_read_is_an_empty_timeline() -> None:
    assert cells([]) == {}


def test_hosts_with_and_without_events_come_in_order_in_tables_of_some_hosts() -> None:
    hosts = ["b", "d", "f"]
    events = [one for host in hosts for one in steady(1, 3, host=host)]
    breaks = [broken(start=NEW_YEAR, host=host) for host in ("g", "a", "f", "c", "b")]
    facts = facts_of(events)
    with patch("gamekeeper.integrity.rows._MANY", 1):
        found = timeline_of(facts, breaks)
    assert found["host"].to_pylist() == ["a", "b", "c", "d", "f", "g"]
    assert found["score"].to_pylist() == [25, 25, 25, 100, 25, 25]
    assert found["events"].to_pylist() == [0, 3, 0, 3, 3, 0]
    assert timeline_of(facts, breaks).equals(found)
