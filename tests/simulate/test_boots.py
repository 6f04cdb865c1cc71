from __future__ import annotations

from gamekeeper.simulate import boots
from gamekeeper.simulate.clock import HOUR, MINUTE
from gamekeeper.simulate.habits import load_script
from gamekeeper.simulate.site import Site

from .conftest import logged


def test_a_boot_begins_with_the_kernel_and_starts_what_the_role_needs(site: Site) -> None:
    machine, script = site.of_role("dc"), load_script(site.world)
    boots.boot(machine, script, site.world.start + HOUR)
    images = [f["Image"].rpartition("\\")[2] for f in logged(machine, "sysmon_1")]
    assert images[:4] == ["smss.exe", "csrss.exe", "wininit.exe", "winlogon.exe"]
    assert "dns.exe" in images
    assert "SearchIndexer.exe" not in images
    assert len(logged(machine, "system_12", "system_6005", "security_4608", "sysmon_4")) == 4
    assert [f["LogonType"] for f in logged(machine, "security_4624")] == [0, *[5] * 7]


def test_a_quiet_boot_leaves_no_log(site: Site) -> None:
    assert site.journal.logs == {}
    assert all(machine.is_on for machine in site.machines.values())


def test_a_shutdown_stops_the_event_log_last(site: Site) -> None:
    machine, at = site.of_role("file"), site.world.start + HOUR
    boots.shut_down(machine, at)
    assert not machine.is_on
    assert logged(machine, "system_1074")[0]["param5"] == "power off"
    assert len(logged(machine, "security_1100", "system_6006", "system_13")) == 3


def test_a_reboot_gives_new_identities(site: Site) -> None:
    machine, script = site.of_role("file"), load_script(site.world)
    before = machine.well_known["lsass"].guid
    boots.reboot(machine, script, site.world.start + HOUR)
    assert machine.well_known["lsass"].guid != before
    assert logged(machine, "system_1074")[0]["param5"] == "restart"
    assert logged(machine, "system_12")[0]["StartTime"] - site.world.start - HOUR < 5 * MINUTE
