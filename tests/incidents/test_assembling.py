from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.incident_worlds import DAY, DUMP, NOISE, NTDS, RELAY, SECOND, WHO, World
from gamekeeper.model.incidents import SignalKind
from gamekeeper.model.traces import Role


def intrusion(world: World, start: float = 0.0) -> None:
    world.process(start, "cmd.exe", pid=10, parent_image="C:\\Windows\\explorer.exe")
    world.process(start + 5, "whoami.exe", WHO, pid=11, parent=10)
    world.process(start + 60, "procdump.exe", DUMP, pid=12, parent=10)
    world.process(start + 90, "netsh.exe", RELAY, pid=13, parent=10)


def test_what_one_shell_did_is_one_incident_in_order_of_time() -> None:
    world = World()
    intrusion(world)
    (incident,) = world.incidents()
    steps = [step for step in incident.steps if step.kind is SignalKind.MATCH]
    assert [step.technique for step in steps] == ["T1033", "T1003.001", "T1090.001"]
    assert all((a.time or 0) <= (b.time or 0) for a, b in pairwise(incident.steps))
    assert (incident.hosts, incident.accounts) == (("WS1",), ("ann",))


def test_the_shell_above_is_told_though_no_rule_spoke_of_it() -> None:
    world = World()
    intrusion(world)
    (incident,) = world.incidents()
    quiet = [step for step in incident.steps if step.kind is SignalKind.CONTEXT]
    assert ["cmd.exe 10" in step.text for step in quiet] == [True]


def test_two_shells_of_two_people_on_two_hosts_are_two_incidents() -> None:
    world = World()
    intrusion(world)
    world.process(50, "cmd.exe", host="dc1", pid=20, user="bob", parent_image="explorer.exe")
    world.process(60, "ntdsutil.exe", NTDS, DUMP, host="dc1", pid=21, parent=20, user="bob")
    assert [incident.hosts for incident in world.incidents()] == [("WS1",), ("DC1",)]


def test_a_session_that_came_from_a_host_ties_the_two() -> None:
    world = World()
    intrusion(world)
    world.event(
        100,
        "dc1",
        role=Role.LOGON,
        user="ann",
        logon_id="0x77",
        logon_type="Network",
        source_host="WS1",
        source_ip="10.0.0.1",
    )
    world.process(
        120,
        "ntdsutil.exe",
        NTDS,
        host="dc1",
        pid=21,
        logon_id="0x77",
        parent_image="C:\\x\\wmiprvse.exe",
    )
    (incident,) = world.incidents()
    assert set(incident.hosts) == {"WS1", "DC1"}
    assert [(hop.from_host, hop.to_host) for hop in incident.hops] == [("WS1", "DC1")]


def test_visits_months_apart_from_one_address_outside_are_one_incident() -> None:
    world = World()
    for visit, session in ((0, "0xa1"), (200 * DAY, "0xa2")):
        world.event(
            visit,
            role=Role.LOGON,
            user="svc",
            logon_id=session,
            logon_type="RemoteInteractive",
            source_ip="10.9.9.9",
        )
        pid = visit // DAY + 30
        world.process(visit + 60, "procdump.exe", DUMP, pid=pid, user="svc", logon_id=session)
        world.process(visit + 90, "netsh.exe", RELAY, pid=pid + 1, user="svc", logon_id=session)
    (incident,) = world.incidents(host_days=300)
    assert incident.last_seen is not None
    assert incident.first_seen is not None
    assert incident.last_seen - incident.first_seen > 199 * DAY * SECOND


def over_the_jump_host(world: World, came: float, went_on: float) -> None:
    """Work on a jump host by somebody from outside, and on the host behind it."""
    visits = ((came, "ws1", "0xa1", "10.9.9.9"), (went_on, "dc1", "0xb1", "10.0.0.1"))
    for at, host, session, address in visits:
        world.event(
            at,
            host,
            role=Role.LOGON,
            user="svc",
            logon_id=session,
            logon_type="RemoteInteractive",
            source_ip=address,
        )
    world.event(-9, "dc1", role=Role.LOGON, user="ws1$", logon_id="0x9", source_ip="10.0.0.1")
    first = {"user": "svc", "logon_id": "0xa1"}
    world.process(came + 60, "procdump.exe", DUMP, pid=30, **first)
    world.process(came + 90, "netsh.exe", RELAY, pid=31, **first)
    behind = {"user": "svc", "logon_id": "0xb1", "host": "dc1"}
    world.process(went_on + 60, "ntdsutil.exe", NTDS, pid=40, **behind)


def test_a_way_that_leads_on_hours_later_began_where_its_desktop_did() -> None:
    world = World()
    over_the_jump_host(world, 0, 3 * 3600)
    (incident,) = world.incidents()
    assert set(incident.hosts) == {"WS1", "DC1"}
    assert [(one.from_host, one.to_host) for one in incident.hops] == [
        ("10.9.9.9", "WS1"),
        ("WS1", "DC1"),
    ]


def test_what_comes_a_day_later_from_a_host_of_grave_acts_belongs_to_them() -> None:
    world = World()
    over_the_jump_host(world, 0, 20 * 3600)
    (incident,) = world.incidents()
    (behind,) = [one for one in incident.steps if one.host == "DC1" and one.kind == "match"]
    assert behind.joined == "its session came from a host of this incident"


def test_what_went_on_before_anything_grave_was_there_has_no_part_in_it() -> None:
    world = World()
    over_the_jump_host(world, 20 * 3600, 0)
    assert len(world.incidents()) == 2


def test_the_system_account_ties_nothing() -> None:
    world = World()
    for number in range(4):
        world.process(
            number * 30,
            "tool.exe",
            DUMP,
            NTDS,
            pid=40 + number,
            user="SYSTEM",
            logon_id="0x3e7",
            command_line=f"tool {'abcd'[number]}",
            parent_image="C:\\x\\services.exe",
        )
    assert len(world.incidents()) == 4


def test_a_rule_that_is_true_everywhere_every_day_makes_no_incident() -> None:
    world = World()
    for day in range(20):
        world.process(day * DAY, "agent.exe", DUMP, pid=100 + day, command_line="agent scan")
    assert world.incidents() == ()


def test_one_process_in_two_logs_is_one_signal_with_two_witnesses() -> None:
    world = World()
    world.process(0, "procdump.exe", DUMP, pid=50)
    world.process(0.5, "procdump.exe", DUMP, pid=50, is_sysmon=False, user="ws1$")
    world.traces[-1]["guid"] = world.traces[-1]["parent_guid"] = None
    world.process(9, "ntdsutil.exe", NTDS, pid=51, parent=50)
    (incident,) = world.incidents()
    assert incident.signals == 2
    assert [len(step.event_ids) for step in incident.steps] == [2, 1]


def test_an_equal_start_of_another_tree_is_counted_there() -> None:
    world = World()
    intrusion(world)
    asked: dict[str, Any] = {
        "parent": 10,
        "command_line": "whoami",
        "fields": {"CommandLine": "whoami"},
    }
    world.process(40, "whoami.exe", WHO, pid=60, **asked)
    world.process(45, "whoami.exe", WHO, pid=61, **asked)
    asked["parent"] = 900
    for pid in range(70, 73):
        world.process(1500 + pid, "whoami.exe", WHO, pid=pid, **asked)
    (incident,) = world.incidents()
    counts = [step.count for step in incident.steps if "whoami" in step.text]
    assert counts == [1, 2]  # its own way to ask, and the two equal ones of its own shell


def test_a_flood_of_equal_alerts_of_others_changes_no_incident() -> None:
    world = World()
    intrusion(world)
    before = world.incidents()
    for number in range(3_000):
        world.event(200 + number / 10, "dc1", NOISE, user="bob", fields={"CommandLine": "ping"})
    assert world.incidents() == before


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_events_in_the_logs_does_not_matter(random: object) -> None:
    world = World()
    intrusion(world)
    before = world.incidents()
    shuffle = getattr(random, "shuffle")  # noqa: B009 - a Random, which hypothesis does not type
    shuffle(world.traces)
    shuffle(world.matches)
    assert world.incidents() == before


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 100_000), max_size=30))
def test_noise_of_others_leaves_an_incident_as_it_is(times: list[int]) -> None:
    world = World()
    intrusion(world)
    before = [(one.id, one.score_bits, one.signals) for one in world.incidents()]
    for number, at in enumerate(times):
        world.event(at, "dc1", NOISE, user=f"user{number}")
    assert [(one.id, one.score_bits, one.signals) for one in world.incidents()] == before


def test_an_incident_keeps_its_id_when_evidence_follows() -> None:
    world = World()
    intrusion(world)
    (before,) = world.incidents()
    world.process(3_000, "ntdsutil.exe", NTDS, pid=14, parent=10)
    (after,) = world.incidents()
    assert after.id == before.id
    assert after.score_bits > before.score_bits


def test_a_copied_directory_asks_for_krbtgt_after_the_way_in_is_closed() -> None:
    world = World()
    intrusion(world)
    line = 'ntdsutil ifm "create full C:\\\\x"'
    world.process(120, "ntdsutil.exe", NTDS, pid=14, parent=10, command_line=line)
    (incident,) = world.incidents()
    texts = [action.text for action in incident.response]
    closing = next(at for at, text in enumerate(texts) if "Close the way in first" in text)
    twice = next(at for at, text in enumerate(texts) if "krbtgt twice" in text)
    assert closing < twice
    assert any("AZUREADSSOACC" in text for text in incident.credentials_lost)
    assert "tip off" in texts[0]
