"""Anomalies in words, and what becomes of them."""

from __future__ import annotations

from pathlib import Path

from tests.fakes.facts import DAY
from tests.fakes.habits import FIRST_DAY, Diary, of, office, told_of

from gamekeeper.analytics.baselines.registry import BASELINES
from gamekeeper.analytics.baselines.telling import LISTED_BITS, OBSERVED_BITS
from gamekeeper.model.anomalies import Standing

HOSTS = tuple(f"ws{number:02}" for number in range(8))


def visited(day: int, days: int = 40) -> Diary:
    """A controller on which its administrator works, and a stranger on one day."""
    diary = office(days, HOSTS)
    diary.controller("dc01")
    for at in range(days):
        diary.logon(at, "dc01", "adm-bert", "10.0.0.9", "10")
        diary.start(at, "dc01", "mmc", user="adm-bert")
    diary.logon(day, "dc01", "svc-print", "10.0.0.77", "10")
    return diary


def test_an_account_new_on_a_controller_is_told_with_its_comparison(tmp_path: Path) -> None:
    (one,) = [
        a
        for a in of(told_of(visited(39).events, tmp_path), "host-logons")
        if a.account == "svc-print"
    ]
    assert (one.host, one.standing, one.is_tier0) == ("dc01", Standing.NEW, True)
    assert dict(one.parts) == {"account": "svc-print", "kind": "remote desktop"}
    assert one.bits >= OBSERVED_BITS
    assert one.observed
    assert one.comparison.startswith("never here in 39 days; seen on 0 of 8 other hosts")
    assert len(one.fingerprint) == 16


def test_a_first_way_to_a_controller_is_never_learnt_in_silence(tmp_path: Path) -> None:
    found = told_of(visited(2).events, tmp_path)
    ways = {(one.account, one.standing) for one in of(found, "host-logons")}
    assert ways == {("adm-bert", Standing.UNCONFIRMED), ("svc-print", Standing.UNCONFIRMED)}
    assert not any(one.observed for one in found.anomalies)
    account = next(one for one in found.accounts if one.name == "host-logons")
    assert account.unconfirmed == 2


def test_a_first_way_to_a_controller_that_surprises_little_is_told_all_the_same(
    tmp_path: Path,
) -> None:
    diary = visited(2)
    for at in range(3, 40):
        diary.logon(at, "dc01", f"new-{chr(97 + at)}", "10.0.0.9", "10")
    found = told_of(diary.events, tmp_path)
    ways = {one.account: one for one in of(found, "host-logons")}
    faint = [one for one in ways.values() if one.bits < LISTED_BITS and one.days_known >= 7]
    assert len(ways) == 39
    assert faint
    assert {one.standing for one in faint} == {Standing.UNCONFIRMED}
    assert next(one for one in found.accounts if one.name == "host-logons").faint == 0


def test_in_a_known_clean_time_it_stays_marked_too(tmp_path: Path) -> None:
    found = told_of(visited(30).events, tmp_path, until=35)
    ways = [one.standing for one in of(found, "host-logons") if one.account == "svc-print"]
    assert ways == [Standing.UNCONFIRMED]
    assert found.learn_until == (FIRST_DAY + 35) * DAY


def test_what_somebody_confirmed_is_confirmed(tmp_path: Path) -> None:
    first = told_of(visited(2).events, tmp_path / "a")
    ids = frozenset(one.id for one in first.anomalies)
    again = told_of(visited(2).events, tmp_path / "b", confirmed=ids)
    assert {one.standing for one in again.anomalies} == {Standing.CONFIRMED}


def test_of_several_baselines_on_one_event_the_strongest_speaks(tmp_path: Path) -> None:
    diary = office(60, HOSTS)
    diary.start(59, "ws03", "ntdsutil ifm", parent="cmd.exe")
    found = [one for one in told_of(diary.events, tmp_path).anomalies if one.host == "ws03"]
    assert len({(one.source, one.offset) for one in found}) == 1
    assert len(found) > 2
    assert [one.observed for one in found].count(True) == 1
    assert all("speaks of the same event" in one.because for one in found if not one.observed)


def test_of_a_burst_a_few_speak(tmp_path: Path) -> None:
    diary = office(60, HOSTS)
    for at in range(20):
        diary.start(59 + at / 100, "ws03", f"cmd do{chr(97 + at)}")
    found = list(of(told_of(diary.events, tmp_path), "command-shapes"))
    assert len(found) == 20
    assert 0 < sum(one.observed for one in found) <= 3


def test_every_baseline_has_an_account(tmp_path: Path) -> None:
    found = told_of(office(10).events, tmp_path)
    assert [one.name for one in found.accounts] == [one.name for one in BASELINES]
    shapes = next(one for one in found.accounts if one.name == "command-shapes")
    assert (shapes.entities, shapes.learnt, shapes.keys, shapes.habits, shapes.days) == (
        4,
        4,
        1,
        4,
        10,
    )


def test_without_events_there_is_nothing_to_say(tmp_path: Path) -> None:
    found = told_of([], tmp_path)
    assert (found.is_on, found.anomalies) == (True, ())
    assert all(one.is_cold and one.first_day is None for one in found.accounts)
