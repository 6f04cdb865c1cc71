"""Holes, silences, clocks and rejects."""

from __future__ import annotations

from tests.fakes.seeing import HOUR, NEW_YEAR, check, controller, each_hour, event, result

from gamekeeper.model.visibility import Outcome


def silent(hours: int, host: str = "DC01") -> Outcome:
    gap = range(20, 20 + hours)
    events = [
        one
        for one in controller(host, 4)
        if one.system["Channel"] != "Security" or (one.filetime - NEW_YEAR) // HOUR not in gap  # type: ignore[operator]
    ]
    return check(result(events), "LR-11").outcome


def test_a_silence_while_others_speak_is_told_and_a_day_of_it_on_a_server_fails() -> None:
    assert silent(0) is Outcome.PASS
    assert silent(10) is Outcome.WARN
    assert silent(30) is Outcome.FAIL


def test_a_host_that_is_off_is_not_silent() -> None:
    events = [*each_hour(4624, 1), *each_hour(4624, 1, first=2)]
    assert check(result(events), "LR-11").outcome is Outcome.PASS


def clock(new: str) -> Outcome:
    data = {"PreviousTime": "2026-01-01T00:00:00.0000000Z", "NewTime": new}
    return check(result([event(1, NEW_YEAR, 4616, data=data)]), "LR-35").outcome


def test_a_clock_that_was_set_far_is_told() -> None:
    assert clock("2026-01-01T00:00:01.5000000Z") is Outcome.INFO
    assert clock("2026-01-01T00:02:00.0000000Z") is Outcome.WARN


def test_a_time_that_is_none_is_no_failure() -> None:
    assert clock("yesterday") is Outcome.INFO


def test_whole_numbers_pass() -> None:
    events = [event(n, NEW_YEAR + n * HOUR) for n in range(1, 50)]
    assert check(result(events), "LR-10").outcome is Outcome.PASS


def test_files_that_can_be_read_pass() -> None:
    assert check(result(each_hour(4624)), "LR-36").outcome is Outcome.PASS
