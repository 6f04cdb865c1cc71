from __future__ import annotations

from gamekeeper.simulate import Setting
from gamekeeper.simulate.clock import HOUR
from gamekeeper.simulate.deeds import Stage
from gamekeeper.simulate.habits import load_script
from gamekeeper.simulate.site import Site
from gamekeeper.simulate.tampering.intruder import Intruder
from simulate.conftest import logged


def test_an_intruder_comes_as_an_administrator_and_leaves(site: Site) -> None:
    stage = Stage(site, load_script(site.world), Setting())
    machine = site.of_role("jump")
    with Intruder(stage, machine, site.world.start + 9 * HOUR) as intruder:
        intruder.run("wevtutil", "wevtutil el")
    [logon] = logged(machine, "security_4624")
    [logoff] = logged(machine, "security_4634")
    assert logon["TargetUserName"].startswith("adm-")
    assert logon["TargetLogonId"] == logoff["TargetLogonId"]
    assert "wevtutil el" in [row["CommandLine"] for row in logged(machine, "security_4688")]


def test_a_host_that_is_off_is_started_first(site: Site) -> None:
    stage = Stage(site, load_script(site.world), Setting())
    machine = site.of_role("workstation")
    machine.is_on = False
    with Intruder(stage, machine, site.world.start + 2 * HOUR):
        assert machine.is_on
    assert len(logged(machine, "system_12")) == 1
