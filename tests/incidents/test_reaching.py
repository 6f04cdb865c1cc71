from __future__ import annotations

from fakes.incident_worlds import DUMP, NTDS, RELAY, World
from gamekeeper.incidents.reaching import NEAR
from gamekeeper.model.incidents import Incident, Reached
from gamekeeper.model.traces import Role

HOUR = NEAR // 10_000_000


def world(went_on: float, user: str = "ann", line: str = "netsh", again: int = 0) -> Incident:
    """An intrusion on ws1 by ann, who came from dc1, and a logon on hist1 from there.

    The relay is made ``again`` so many times, a second apart.
    """
    made = World()
    made.event(-900, "hist1", role=Role.LOGON, user="x", logon_id="0x1", source_ip="10.9.9.8")
    made.event(-60, "dc1", role=Role.LOGON, user="ann", logon_id="0x2", source_ip="10.9.9.7")
    made.event(
        0, role=Role.LOGON, user="ann", logon_id="0xa", logon_type="Network", source_host="DC1"
    )
    common = {"user": "ann", "logon_id": "0xa"}
    made.process(60, "procdump.exe", DUMP, NTDS, pid=11, **common)
    made.process(90, "netsh.exe", RELAY, pid=12, command_line=line, **common)
    for number in range(again):
        made.process(91 + number, "netsh.exe", RELAY, pid=50 + number, command_line=line, **common)
    made.event(
        went_on,
        "hist1",
        role=Role.LOGON,
        user=user,
        logon_id="0xb",
        logon_type="RemoteInteractive",
        source_host="WS1",
    )
    (incident,) = made.incidents()
    return incident


def hosts(found: tuple[Reached, ...]) -> list[tuple[str, str, bool]]:
    return [(one.host, one.how, one.is_asked) for one in found]


def test_a_host_that_a_session_went_on_to_is_named_and_is_none_of_the_incident() -> None:
    found = world(200)
    assert hosts(found.reached) == [("hist1", "Remote Desktop", False)]
    assert "hist1" not in found.hosts
    assert any("hist1 (Remote Desktop from WS1 as ann)" in one.text for one in found.response)


def test_what_an_account_does_hours_later_or_another_does_is_not_named() -> None:
    assert world(200 + 2 * HOUR).reached == ()
    assert world(200, user="bob").reached == ()


def test_the_end_of_a_flood_is_no_act_near_which_sessions_count() -> None:
    assert hosts(world(90 + 1.5 * HOUR, again=6_000).reached) == []
    assert hosts(world(90 + 0.5 * HOUR, again=6_000).reached) == [
        ("hist1", "Remote Desktop", False)
    ]


def test_hosts_that_commands_ask_for_are_named_as_such() -> None:
    found = world(9 * HOUR, line="plink -batch op@10.30.1.2 x")
    assert hosts(found.reached) == [("10.30.1.2", "terminal client", True)]


def test_hosts_that_sessions_came_from_are_part_of_the_incident_and_are_cut_off() -> None:
    assert world(200).hosts == ("WS1", "DC1")
