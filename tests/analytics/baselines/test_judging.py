"""How surprising something new is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fakes.habits import Diary, of, office, told_of

from gamekeeper.analytics.baselines.base import MOST_BITS
from gamekeeper.model.anomalies import Anomaly

HOSTS = tuple(f"ws{number:02}" for number in range(8))


def told(diary: Diary, folder: Path, until: int | None = None) -> list[Anomaly]:
    return list(of(told_of(diary.events, folder, until), "command-shapes"))


def test_what_nobody_ever_did_says_more_the_longer_nobody_did(tmp_path: Path) -> None:
    bits = []
    for days in (20, 80):
        diary = office(days, HOSTS)
        diary.start(days - 1, "ws03", "ntdsutil ifm")
        (one,) = told(diary, tmp_path / str(days))
        bits.append(one.bits)
    assert 4 < bits[0] < bits[1] <= MOST_BITS
    assert "seen on 0 of 7 other hosts in 79 days" in one.comparison


def test_what_others_do_says_less_than_what_nobody_does(tmp_path: Path) -> None:
    diary = office(40, HOSTS)
    for day in range(40):
        diary.start(day, "ws01", "backup run")
    diary.start(39, "ws02", "backup run")
    diary.start(39, "ws05", "ntdsutil ifm")
    bits = {one.host: one.bits for one in told(diary, tmp_path)}
    assert bits.get("ws02", 0.0) < bits["ws05"]


def test_where_something_is_new_every_day_nothing_new_says_much(tmp_path: Path) -> None:
    diary = office(40, HOSTS)
    for day in range(40):
        diary.start(day, "ws01", f"tool-{'abcdefghij'[day % 10]}{'abcd'[day // 10]}")
    diary.start(39, "ws02", "strange")
    bits = {one.host: one.bits for one in told(diary, tmp_path)}
    assert "ws01" not in bits
    assert bits["ws02"] > 3


def test_a_change_on_many_hosts_within_days_is_no_surprise(tmp_path: Path) -> None:
    diary = office(40, HOSTS)
    for at, host in enumerate(HOSTS[:6]):
        diary.start(38 + at % 2, host, "update kb")
    assert told(diary, tmp_path) == []


def test_nothing_is_judged_in_the_first_days(tmp_path: Path) -> None:
    diary = office(6, HOSTS)
    diary.start(5, "ws03", "ntdsutil ifm")
    result = told_of(diary.events, tmp_path)
    assert result.anomalies == ()
    account = next(one for one in result.accounts if one.name == "command-shapes")
    assert account.is_cold
    assert account.passed == account.habits > 0


def test_a_host_that_joins_is_not_judged_on_its_first_days(tmp_path: Path) -> None:
    diary = office(40, HOSTS)
    for day in range(36, 40):
        diary.start(day, "new01", f"agent {'abcd'[day - 36]}")
    assert told(diary, tmp_path) == []


def test_known_clean_days_are_learnt(tmp_path: Path) -> None:
    diary = office(40, HOSTS)
    diary.start(30, "ws03", "ntdsutil ifm")
    diary.start(35, "ws03", "ntdsutil ifm")
    assert told(diary, tmp_path / "a", until=32) == []
    assert len(told(diary, tmp_path / "b", until=20)) == 1


def test_a_day_of_many_new_things_says_more_than_a_day_of_one(tmp_path: Path) -> None:
    bits = []
    for count in (1, 12):
        diary = office(40, HOSTS)
        for day in range(10, 38, 2):  # somebody tries one new thing every other day
            diary.start(day, HOSTS[day % 8], f"tool{chr(97 + day // 2)}")
        for at in range(count):
            diary.start(39, "ws03", f"strange{chr(97 + at)}")
        bits.append(max((one.bits for one in told(diary, tmp_path / str(count))), default=0.0))
    assert bits[0] < bits[1]


def test_an_intrusion_does_not_explain_itself(tmp_path: Path) -> None:
    diary = office(40, HOSTS)
    for day in range(30, 40):
        diary.start(day, "ws03", "ntdsutil ifm")
    alone = office(31, HOSTS)
    alone.start(30, "ws03", "ntdsutil ifm")
    (long,), (short,) = told(diary, tmp_path / "a"), told(alone, tmp_path / "b")
    assert (long.bits, long.time) == (short.bits, short.time)
    assert (long.days_seen, short.days_seen) == (10, 1)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    acts=st.lists(
        st.tuples(st.integers(8, 19), st.integers(0, 3), st.sampled_from("abc"), st.integers(0, 2)),
        max_size=12,
    )
)
def test_other_names_of_hosts_and_accounts_change_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    acts: list[tuple[int, int, str, int]],
) -> None:
    said = []
    names = (("a-ws", "anna"), ("zz", "Quentin"))
    for prefix, user in names:
        hosts = [f"{prefix}{'dbca'[at]}" for at in range(4)]
        diary = office(20, hosts)
        for day, host, word, who in acts:
            diary.start(day, hosts[host], word, user=f"{user}{who}")
            diary.logon(day, hosts[host], f"{user}{who}")
        found = told_of(diary.events, tmp_path_factory.mktemp("names")).anomalies
        said.append(
            sorted(
                (one.baseline, one.time, one.bits, one.standing, one.days_known) for one in found
            )
        )
    assert said[0] == said[1]
