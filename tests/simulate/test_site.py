from __future__ import annotations

from gamekeeper.simulate.clock import HOUR
from gamekeeper.simulate.site import Site, Source

from .conftest import logged


def test_a_ticket_is_fetched_once_while_it_lasts(site: Site) -> None:
    user = site.world.of_duty("office", "user")
    source, service = Source("10.20.20.102", "WS"), site.world.of_role("file")
    at = site.world.start
    for hour in (9, 10, 11):
        site.ticket(user, source, service, at + hour * HOUR)
    [controller] = site.controllers
    [granting] = logged(controller, "security_4768")
    [ticket] = logged(controller, "security_4769")
    assert granting["IpAddress"] == "::ffff:10.20.20.102"
    assert ticket["ServiceName"] == service.machine.name
    assert ticket["TargetUserName"] == f"{user.name}@{site.world.domain.upper()}"


def test_machines_renew_and_people_ask_again(site: Site) -> None:
    host = site.world.of_role("file")
    user = site.world.of_duty("office", "user")
    source = Source.of(host)
    for account in (host.machine, user):
        for hour in (0, 10):
            site.ticket(account, source, host, site.world.start + hour * HOUR)
    [controller] = site.controllers
    assert [e["TargetUserName"] for e in logged(controller, "security_4768")].count(user.name) == 2
    assert len(logged(controller, "security_4770")) == 1


def test_a_wrong_password_is_a_status_of_the_controller(site: Site) -> None:
    user = site.world.of_duty("office", "user")
    site.validate(user, Source("10.0.0.9", "KIOSK"), site.world.start, status=0xC000_006A)
    [told] = logged(site.controllers[0], "security_4776")
    assert (told["Workstation"], told["Status"]) == ("KIOSK", 0xC000_006A)
