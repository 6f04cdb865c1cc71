"""What hosts are."""

from __future__ import annotations

from tests.fakes.seeing import controller, each_hour, processes, seen_in

from gamekeeper.model.build import Event
from gamekeeper.model.context import Asset
from gamekeeper.visibility.roles import MAYBE_CONTROLLER, roles_of


def roles(events: list[Event], **assets: Asset) -> tuple[str, ...]:
    (one,) = roles_of(seen_in(events), assets)
    return one.roles


def test_who_gives_out_tickets_is_a_domain_controller() -> None:
    assert roles(controller()) == ("domain controller", "server")


def test_who_is_unlocked_is_a_workstation() -> None:
    assert roles(each_hour(4624, host="WS01", data={"LogonType": "7"})) == ("workstation",)


def test_an_asset_list_counts_before_what_logs_show() -> None:
    assert roles(processes(), srv01=Asset("SRV01", role="Web server")) == ("web server", "server")


def test_a_level_of_the_purdue_model_makes_a_host_a_part_of_the_plant() -> None:
    assert roles(processes(), srv01=Asset("SRV01", purdue="2")) == ("plant",)


def test_a_word_inside_another_is_no_role() -> None:
    assert "domain controller" not in roles(processes(), srv01=Asset("SRV01", role="DCIM portal"))


def test_without_a_security_log_a_host_may_be_a_domain_controller() -> None:
    assert roles(each_hour(7036, channel="System")) == (MAYBE_CONTROLLER,)


def test_every_role_has_a_reason() -> None:
    for events in (controller(), processes(), each_hour(7036, channel="System")):
        assert all(one.because for one in roles_of(seen_in(events), {}))
