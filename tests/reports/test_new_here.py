"""What people are told is new here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.fakes.habits import office, told_of

from gamekeeper.model.anomalies import Anomaly, BaselineAccount, Baselines, Standing
from gamekeeper.reports import new_here

HOSTS = tuple(f"ws{number:02}" for number in range(8))
ONE = Anomaly(
    id="aa",
    baseline="logon-edges",
    standing=Standing.NEW,
    title="new here: a way of an account to a host",
    host="dc01",
    account="anna",
    time=133_000_000_000_000_000,
    parts=(("from", "10.0.0.5"), ("to", "dc01"), ("kind", "")),
    bits=7.5,
    comparison="never here in 30 days",
    source=0,
    offset=4608,
    fingerprint=b"",
    days_known=30,
    days_seen=1,
    role="user",
    is_tier0=True,
    techniques=("T1078",),
)
WARM = BaselineAccount("logon-edges", "account", 9, 9, 9, 9, None, None, 30)


def found(*anomalies: Anomaly, **account: object) -> Baselines:
    accounts = (replace(WARM, **account),)  # type: ignore[arg-type]
    return Baselines(accounts, anomalies, learning_days=7, is_on=True)


def shown(result: Baselines) -> new_here.NewPage:
    page = new_here.page(result)
    assert page is not None
    return page


def test_nobody_asked_is_no_part() -> None:
    assert new_here.page(Baselines()) is None
    assert list(new_here.parts(Baselines())) == []


def test_the_most_surprising_come_first() -> None:
    faint = replace(ONE, id="bb", bits=3.5, time=ONE.time - 1, offset=1)
    page = shown(found(faint, ONE))
    assert [event.lead.id for event in page.new] == ["aa", "bb"]
    assert [event.style for event in page.new] == ["high", "low"]


def test_an_event_of_which_several_speak_stands_there_once() -> None:
    other = replace(ONE, id="bb", baseline="host-logons", bits=8.0, observed=True)
    (event,) = shown(found(ONE, other)).new
    assert event.ids == ("bb", "aa")
    assert event.is_in_incidents


def test_what_is_new_is_said_by_its_key_without_empty_parts() -> None:
    assert new_here.what(ONE) == "a way of an account to a host: from 10.0.0.5, to dc01"


def test_what_is_left_out_is_counted() -> None:
    many = [replace(ONE, id=str(n), offset=n) for n in range(new_here.TOP + 5)]
    waiting = [replace(one, standing=Standing.UNCONFIRMED, bits=0.0) for one in many]
    page = shown(found(*many, *(replace(one, source=1) for one in waiting)))
    assert (len(page.new), page.more) == (new_here.TOP, 5)
    assert (len(page.waiting), page.waiting_more) == (new_here.TOP, 5)
    parts = list(new_here.parts(found(*many), "anomalies.jsonl holds all"))
    assert parts[0].more == "and 5 more events: anomalies.jsonl holds all"


def test_ways_that_wait_stand_apart_the_least_used_first() -> None:
    daily = replace(ONE, standing=Standing.UNCONFIRMED, bits=0.0, days_seen=30)
    once = replace(daily, id="bb", offset=1, days_seen=1, time=daily.time + 1)
    result = found(daily, once)
    assert [event.lead.id for event in shown(result).waiting] == ["bb", "aa"]
    _, part = new_here.parts(result)
    assert part.table is not None
    assert [row[0].text for row in part.table.rows] == ["1", "30"]
    assert new_here.CONFIRM in part.lines[0].text


def test_confirmed_ways_are_counted_only() -> None:
    page = shown(found(replace(ONE, standing=Standing.CONFIRMED)))
    assert (page.new, page.waiting) == ((), ())
    assert any("confirmed by somebody" in text for text in page.limits)


def test_nothing_new_is_no_all_clear() -> None:
    page = shown(found(faint=3))
    assert "3 new things of less are counted only" in page.empty
    assert page.empty.endswith("This is not an all-clear.")


def test_a_cold_start_is_said_plainly(tmp_path: Path) -> None:
    page = shown(told_of(office(4).events, tmp_path))
    assert "nothing was judged" in page.empty
    assert (
        "Learn still: 3 of 7 days on 4 of 4 hosts (host-logons, command-shapes, parent-child, programs)."
        in page.limits
    )


def test_hosts_that_joined_late_are_named_by_how_far_they_are(tmp_path: Path) -> None:
    diary = office(20, HOSTS)
    diary.start(18, "new01", "notepad")
    diary.start(19, "new01", "notepad")
    page = shown(told_of(diary.events, tmp_path))
    assert any(text.startswith("Learn still: 1 of 7 days on 1 of 9 hosts") for text in page.limits)


def test_a_host_that_is_seldom_seen_is_not_known_by_its_age(tmp_path: Path) -> None:
    diary = office(20, HOSTS)
    diary.start(1, "old01", "notepad")
    diary.start(19, "old01", "notepad")
    page = shown(told_of(diary.events, tmp_path))
    assert any(" 7 of 7 days but seen on 2 of 3, on 1 of 9 hosts" in text for text in page.limits)


def test_what_no_baseline_could_learn_is_named_with_its_events(tmp_path: Path) -> None:
    told = told_of(office(9).events, tmp_path)
    text = next(one for one in shown(told).unlearnt if one.startswith("shadow-copies"))
    assert "8222" in text
    (part, *_) = new_here.parts(told)
    assert any("No events to learn from: " in line.text for line in part.lines)


def test_what_was_given_as_clean_is_said(tmp_path: Path) -> None:
    page = shown(told_of(office(20).events, tmp_path, until=10))
    assert any("given as clean" in text for text in page.limits)


def test_the_terminal_has_a_row_with_key_and_comparison() -> None:
    (part,) = new_here.parts(found(ONE))
    assert part.table is not None
    assert [cell.text for cell in part.table.rows[0]] == [
        "7.5",
        "2022-06-18 04:26",
        "dc01",
        "anna",
        "logon-edges: 10.0.0.5 · dc01",
        "never here in 30 days",
    ]
