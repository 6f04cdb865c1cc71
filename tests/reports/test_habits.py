"""What people are told of baselines."""

from __future__ import annotations

from pathlib import Path

from tests.fakes.habits import office, told_of

from gamekeeper.reports import habits


def test_a_cold_start_says_how_many_days_there_are(tmp_path: Path) -> None:
    told = told_of(office(3).events, tmp_path)
    assert "there are 3 days of events" in habits.sentence(told)
    shapes = next(one for one in told.accounts if one.name == "command-shapes")
    assert habits.state(shapes, told) == "learning: 3 days of 7"
    assert any("no signal" in text for text in habits.remarks(told))


def test_a_baseline_without_events_says_so(tmp_path: Path) -> None:
    told = told_of(office(9).events, tmp_path)
    states = {one.name: habits.state(one, told) for one in told.accounts}
    assert (states["services"], states["command-shapes"]) == ("no such events", "learnt")


def test_hosts_that_joined_late_are_still_learning(tmp_path: Path) -> None:
    diary = office(20)
    diary.start(19, "new01", "notepad")
    told = told_of(diary.events, tmp_path)
    states = {one.name: habits.state(one, told) for one in told.accounts}
    assert states["command-shapes"] == "1 of 5 still learning"


def test_first_ways_to_controllers_are_counted(tmp_path: Path) -> None:
    diary = office(3)
    diary.controller("dc01")
    diary.logon(1, "dc01", "anna", kind="10")
    told = told_of(diary.events, tmp_path)
    assert any(
        text.startswith("2 first ways to domain controllers") for text in habits.remarks(told)
    )


def test_the_table_and_the_document_name_every_baseline(tmp_path: Path) -> None:
    told = told_of(office(9).events, tmp_path)
    (part,) = habits.parts(told)
    assert part.table is not None
    document = habits.as_json(told)
    rows = document["baselines"]
    assert isinstance(rows, list)
    assert [row[0].text for row in part.table.rows] == [row["name"] for row in rows]
    assert document["learning_days"] == 7
