"""How far back logs reach."""

from __future__ import annotations

from dataclasses import replace

from tests.fakes.facts import account, facts_of
from tests.fakes.seeing import DAY, NEW_YEAR, each_hour, event

from gamekeeper.model.visibility import HostRole, Kept, Outcome
from gamekeeper.visibility.retention import kept

CONTROLLER = HostRole("srv01", ("domain controller",), "")


def security(days: int, *roles: HostRole, size: int | None = None) -> Kept:
    events = [event(n, NEW_YEAR + n * DAY, host="SRV01") for n in range(days + 1)]
    sources = None if size is None else [replace(account(), size_bytes=size)]
    (one,) = kept(facts_of(events, sources), roles)
    return one


def test_a_domain_controller_has_to_keep_more() -> None:
    assert security(400).outcome is Outcome.PASS
    assert security(400, CONTROLLER).outcome is Outcome.WARN
    assert security(20).outcome is Outcome.FAIL


def test_the_forecast_follows_from_bytes_a_day_and_the_size_of_an_untouched_windows() -> None:
    one = security(10, size=10 << 20)
    assert (one.bytes_per_day, one.forecast_days) == (1 << 20, 20.0)


def test_a_file_that_holds_several_logs_has_no_rate_of_one() -> None:
    events = [*each_hour(4624, 3), *each_hour(7036, 3, channel="System")]
    assert {one.bytes_per_day for one in kept(facts_of(events), ())} == {None}


def test_a_log_that_nobody_asks_about_is_left_out() -> None:
    assert kept(facts_of(each_hour(1, channel="Setup")), ()) == ()
