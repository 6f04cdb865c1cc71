"""From facts to the whole result."""

from __future__ import annotations

from tests.fakes import seeing
from tests.fakes.seeing import (
    DAY,
    NEW_YEAR,
    controller,
    coverage,
    each_hour,
    processes,
    result,
    sights,
)

from gamekeeper.model.build import Event
from gamekeeper.model.context import Asset
from gamekeeper.model.visibility import Sight


def test_command_lines_make_what_they_show_seen() -> None:
    assert set(sights(result(processes()), "VT-CA-08").values()) == {Sight.SEEN}


def test_new_processes_without_command_lines_show_nothing_of_them() -> None:
    found = result(processes(line=""))
    assert set(sights(found, "VT-CA-08").values()) == {Sight.BLIND}
    lacking = coverage(found, "VT-CA-08").stretches[0].lacking
    assert lacking == ("CommandLine is not filled in event 4688 of Security",)


def test_a_day_without_the_log_is_blind_and_the_others_are_not() -> None:
    others = each_hour(7036, 6, channel="System")
    found = sights(result([*processes(days=3), *others]), "VT-CA-08")
    assert found["srv01", 0] is Sight.SEEN
    assert found["srv01", 5] is Sight.BLIND


def test_a_question_about_domain_controllers_is_asked_of_them_only() -> None:
    found = result([*controller(), *processes("WS01")])
    assert {host for host, _ in sights(found, "VT-CA-03")} == {"dc01"}


def test_a_host_without_a_security_log_may_be_a_domain_controller() -> None:
    found = result(each_hour(326, host="X", channel="Application", provider=seeing.ESENT))
    assert {host for host, _ in sights(found, "VT-CA-03")} == {"x"}


def test_default_logs_of_a_domain_controller_show_a_copy_of_the_directory() -> None:
    assert set(sights(result(controller()), "SC-1").values()) == {Sight.SEEN}


def test_a_chain_in_logs_that_nobody_reads_is_outside() -> None:
    found = coverage(result(controller()), "SC-13")
    assert (found.host_days, found.stretches) == ((0, 0, 0), ())
    assert "does not read" in found.because


def test_a_host_that_only_a_list_names_is_blind() -> None:
    found = result(processes(), {"PLC-GW": Asset("PLC-GW", role="historian")})
    assert {
        sight for (host, _), sight in sights(found, "VT-CA-08").items() if host == "plc-gw"
    } == {Sight.BLIND}


def test_the_order_of_events_does_not_matter() -> None:
    events = [*controller(), *processes()]
    assert result(events) == result(reversed(events))


def test_logs_without_a_host_give_no_answers_and_no_failure() -> None:
    assert result([]).hosts == ()


def dialled(days: int, first: int = 0) -> list[Event]:
    data = {"SubjectUserName": "anna", "NASPortType": "Virtual"}
    return each_hour(6272, days, host="NPS1", data=data, first=first)


def desks(days: int = 40) -> list[Event]:
    return each_hour(4624, days, host="WS01", data={"LogonType": "2"})


def test_one_account_in_two_places_is_outside_where_no_policy_server_speaks() -> None:
    found = coverage(result(desks()), "SC-12")
    assert (found.host_days, found.outside) == ((0, 0, 0), ("vpn",))
    assert found.because.startswith("it needs logs that this version does not read: VPN")
    assert found.because.endswith("says it instead: access that Network Policy Server grants")


def test_it_is_seen_on_every_host_once_the_policy_server_has_spoken_for_a_month() -> None:
    found = sights(result([*desks(), *dialled(40)]), "SC-12")
    assert (found["ws01", 0], found["ws01", 39]) == (Sight.BLIND, Sight.SEEN)


def test_it_is_not_seen_on_days_on_which_the_policy_server_is_silent() -> None:
    found = result([*desks(60), *dialled(40)])
    seen = sights(found, "SC-12")
    assert (seen["ws01", 39], seen["ws01", 59]) == (Sight.SEEN, Sight.BLIND)
    (last,) = (
        s
        for s in coverage(found, "SC-12").stretches
        if "ws01" in s.hosts and s.last_day == NEW_YEAR + 59 * DAY
    )
    assert last.lacking == ("no sign that Security records access that a policy server grants",)
