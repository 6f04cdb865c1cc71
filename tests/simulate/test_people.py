from __future__ import annotations

from gamekeeper.simulate.clock import HOUR
from gamekeeper.simulate.habits import load_script
from gamekeeper.simulate.people import Day, plan_people
from gamekeeper.simulate.site import Site

from .conftest import logged


def test_nobody_works_through_a_break() -> None:
    day = Day(8 * HOUR, 17 * HOUR, ((12 * HOUR, 13 * HOUR),), "lock")
    assert day.is_at_desk(10 * HOUR)
    assert not day.is_at_desk(8 * HOUR)
    assert not day.is_at_desk(12 * HOUR + HOUR // 2)
    assert not day.is_at_desk(17 * HOUR - HOUR // 8)


def test_owners_come_work_and_go(site: Site) -> None:
    plan_people(site, load_script(site.world))
    site.agenda.run(site.world.end)
    owned = [site.machine(h) for h in site.world.hosts if h.owner is not None]
    assert len(owned) == 3
    for machine in owned:
        assert machine.host.owner is not None
        own = [f for f in logged(machine, "security_4624") if f["LogonType"] == 2]
        assert [f["TargetUserName"] for f in own] == [machine.host.owner.name]
        assert 1 <= len(logged(machine, "security_4800")) <= 5
        assert len(logged(machine, "security_4801")) in range(1, 5)
        assert len(logged(machine, "sysmon_1")) > 40


def test_a_machine_that_is_off_is_booted_in_the_morning(site: Site) -> None:
    host = next(h for h in site.world.hosts if h.owner is not None)
    site.machine(host).is_on = False
    plan_people(site, load_script(site.world))
    site.agenda.run(site.world.start + 11 * HOUR)
    assert len(logged(site.machine(host), "system_6005")) == 1
