from __future__ import annotations

from fakes.incident_worlds import DUMP, NTDS, World
from gamekeeper.model.incidents import SignalKind
from gamekeeper.model.traces import Role


def quiet(world: World) -> list[str]:
    (incident,) = world.incidents()
    return [step.text for step in incident.steps if step.kind is SignalKind.CONTEXT]


def test_what_a_flagged_program_started_is_told() -> None:
    world = World()
    world.process(0, "payload.exe", DUMP, NTDS, pid=11)
    world.process(
        1, "cmd.exe", pid=12, parent=11, parent_image="C:\\x\\payload.exe", command_line="cmd"
    )
    world.process(2, "conhost.exe", pid=13, parent=12, command_line="conhost")
    assert quiet(world) == ["payload.exe started cmd", "cmd.exe started conhost"]


def test_what_a_browser_started_beside_a_download_is_not_told() -> None:
    world = World()
    world.process(0, "msedge.exe", pid=11, parent_image="C:\\x\\explorer.exe", command_line="edge")
    world.process(1, "msedge.exe", pid=12, parent=11, parent_image="C:\\x\\msedge.exe")
    world.process(2, "payload.exe", DUMP, NTDS, pid=13, parent=11, parent_image="C:\\x\\msedge.exe")
    assert quiet(world) == ["explorer.exe started edge"]


def test_equal_ways_of_one_day_are_one_step_with_all_records() -> None:
    world = World()
    for number in range(3):
        at = number * 900
        session = f"0xb{number}"
        world.event(
            at,
            role=Role.LOGON,
            user="svc",
            logon_id=session,
            logon_type="RemoteInteractive",
            source_ip="10.9.9.9",
        )
        world.process(at + 5, "tool.exe", DUMP, NTDS, pid=60 + number, user="svc", logon_id=session)
    (incident,) = world.incidents()
    (way,) = [step for step in incident.steps if step.from_host]
    assert (way.from_host, len(way.event_ids)) == ("10.9.9.9", 3)
    assert [hop.how for hop in incident.hops] == ["Remote Desktop"]
