"""Hosts that write nothing while they are awake."""

from __future__ import annotations

from tests.fakes.facts import DAY, EVENTLOG, HOUR, MINUTE, NEW_YEAR, event, facts_of

from gamekeeper.integrity.checks.silent_hosts import SilentHosts
from gamekeeper.model.breaks import Anomaly, Strength
from gamekeeper.model.build import Event

GONE = range(DAY, DAY + 6 * HOUR)
EVERY = range(0, 3 * DAY, 20 * MINUTE)


def log(host: str, times: list[int], source: int, **data: str) -> list[Event]:
    return [
        event(at + 1, NEW_YEAR + time, 4624, host=host, source=source, data=data)
        for at, time in enumerate(times)
    ]


def looked(*logs: list[Event]) -> list[Anomaly]:
    return list(SilentHosts().look(facts_of([one for log in logs for one in log])))


QUIET = log("WS01", [time for time in EVERY if time not in GONE], 0)
WITNESS = log("DC01", list(EVERY), 1, TargetUserName="WS01$")
SILENT_FROM = NEW_YEAR + GONE.start - 20 * MINUTE


def test_a_host_that_others_see_while_it_writes_nothing_is_a_strong_break() -> None:
    (found,) = looked(QUIET, WITNESS)
    assert (found.host, found.strength) == ("ws01", Strength.STRONG)
    assert (found.start, found.stop) == (SILENT_FROM, NEW_YEAR + GONE.stop)
    assert found.evidence[0].source == 1


def test_a_host_that_nobody_sees_may_be_off() -> None:
    assert looked(QUIET, log("DC01", list(EVERY), 1)) == []


def test_its_own_word_that_it_was_up_needs_no_witness() -> None:
    up = event(
        9999,
        NEW_YEAR + 2 * DAY,
        6013,
        channel="System",
        provider="EventLog",
        host="WS01",
        data={"Data": str(30 * 86400)},
    )
    (found,) = looked(QUIET, [up])
    assert found.strength is Strength.STRONG
    assert found.evidence[-1].record == 9999


def test_an_event_log_that_said_that_it_stops_is_another_check() -> None:
    stop = event(7777, SILENT_FROM, 1100, provider=EVENTLOG, host="WS01")
    assert looked(QUIET, [stop], WITNESS) == []


def test_an_end_before_the_others_is_weak_where_few_others_tell_when_all_ended() -> None:
    ended = log("WS01", [time for time in EVERY if time < 2 * DAY], 0)
    (found,) = looked(ended, WITNESS)
    assert found.strength is Strength.WEAK
    third = log("FS01", list(EVERY), 2)
    (found,) = looked(ended, WITNESS, third)
    assert found.strength is Strength.STRONG


def test_a_short_log_is_enough_where_others_saw_it_in_each_of_its_hours_and_long_after() -> None:
    short = [time for time in EVERY if time < 12 * HOUR]
    (found,) = looked(log("WS01", short, 0), WITNESS)
    assert found.start == NEW_YEAR + 12 * HOUR - 20 * MINUTE
    seen = log("DC01", [time for time in EVERY if time < 15 * HOUR], 1, TargetUserName="WS01$")
    assert looked(log("WS01", short, 0), seen, log("FS01", list(EVERY), 2)) == []


def test_hosts_that_were_off_after_their_end_do_not_tell_when_all_ended() -> None:
    ended = log("WS01", [time for time in EVERY if time < 2 * DAY], 0)
    off = [log(f"WS0{n}", [time for time in EVERY if time < DAY], n) for n in range(2, 5)]
    (found,) = looked(ended, WITNESS, log("FS01", list(EVERY), 9), *off)
    assert found.strength is Strength.STRONG
    seen = [log("DC01", list(EVERY), 10 + n, TargetUserName=f"WS0{n}$") for n in range(2, 5)]
    found = next(
        one
        for one in looked(ended, WITNESS, log("FS01", list(EVERY), 9), *off, *seen)
        if one.host == "ws01"
    )
    assert found.strength is Strength.WEAK
