from __future__ import annotations

import pytest

from fakes.incident_worlds import DUMP, NTDS, World


def report(parent: str) -> World:
    world = World()
    world.process(0, parent, pid=1, parent_image="C:\\x\\cmd.exe")
    world.process(
        1,
        "cscript.exe",
        pid=2,
        parent=1,
        parent_image=f"C:\\x\\{parent}",
        command_line="cscript.exe C:\\Windows\\gatherNetworkInfo.vbs",
    )
    world.process(2, "reg.exe", DUMP, NTDS, pid=3, parent=2)
    return world


def test_what_the_report_of_a_network_trace_runs_is_no_incident() -> None:
    assert report("netsh.exe").incidents() == ()


@pytest.mark.parametrize("parent", ["cmd.exe", "powershell.exe"])
def test_the_same_script_run_by_hand_is_not_excused(parent: str) -> None:
    assert len(report(parent).incidents()) == 1
