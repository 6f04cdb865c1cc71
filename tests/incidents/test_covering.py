from __future__ import annotations

from fakes.incident_worlds import BASE, DAY, DUMP, NTDS, RELAY, SECOND, World
from gamekeeper.model.incidents import SignalKind
from gamekeeper.model.observations import Cited

HOUR = 3_600 * SECOND


def intruded() -> World:
    world = World()
    world.process(0, "a.exe", DUMP, RELAY, pid=1, user="ann")
    world.process(30, "b.exe", NTDS, pid=2, parent=1, user="ann")
    return world


def breaks(world: World) -> list[list[str]]:
    """The kinds of signals of each incident, best first."""
    return [sorted({str(step.kind) for step in one.steps}) for one in world.incidents()]


def test_a_break_of_the_host_within_its_time_adds_to_an_incident() -> None:
    world = intruded()
    (before,) = world.incidents()
    world.observe(SignalKind.BREAK, 9, first=BASE + HOUR // 2)
    (incident,) = world.incidents()
    assert incident.score_bits > before.score_bits
    (step,) = [step for step in incident.steps if step.kind is SignalKind.BREAK]
    assert (step.event_ids, step.joined) == ((), "what the host logged then cannot be trusted")
    assert incident.id == before.id


def test_a_break_of_another_host_or_day_is_an_incident_of_its_own() -> None:
    for host, first in (("dc1", BASE), ("ws1", BASE + 3 * DAY * SECOND)):
        world = intruded()
        world.observe(SignalKind.BREAK, 20, host=host, first=first)
        assert sorted(breaks(world)) == [["break"], ["match"]]


def test_a_long_silence_does_not_hang_on_what_lies_in_it() -> None:
    world = intruded()
    world.observe(SignalKind.BREAK, 20, first=BASE - 40 * DAY * SECOND, last=BASE + HOUR)
    assert sorted(breaks(world)) == [["break"], ["match"]]


def test_a_break_ties_no_two_incidents_together() -> None:
    world = intruded()
    world.process(1_800, "c.exe", NTDS, DUMP, pid=9, user="bob", parent_image="C:\\y.exe")
    world.observe(SignalKind.BREAK, 9, first=BASE + 900 * SECOND)
    found = world.incidents()
    assert len(found) == 2
    assert [any(step.kind is SignalKind.BREAK for step in one.steps) for one in found] == [
        True,
        False,
    ]


def test_a_light_break_alone_is_no_incident() -> None:
    world = World()
    world.observe(SignalKind.BREAK, 5, first=BASE)
    assert world.incidents() == ()


def test_what_a_rule_says_of_the_cleared_log_goes_with_the_break() -> None:
    world = intruded()
    offset = world.event(1_800, "ws1", RELAY)
    world.observe(SignalKind.BREAK, 11, world.cited(offset), first=BASE + 1_800 * SECOND)
    (incident,) = world.incidents()
    assert [step.kind for step in incident.steps].count(SignalKind.BREAK) == 1
    assert len(incident.steps) == 4


def test_a_break_of_a_known_account_hangs_only_where_that_is_at_work() -> None:
    for account, incidents in (("ann", 1), ("bob", 2)):
        world = intruded()
        world.observe(SignalKind.BREAK, 11, first=BASE + HOUR // 2, account=f"CORP\\{account}")
        assert len(world.incidents()) == incidents


def test_a_break_before_the_first_step_covers_no_tracks_of_it() -> None:
    world = intruded()
    world.observe(SignalKind.BREAK, 20, first=BASE - HOUR // 2)
    assert sorted(breaks(world)) == [["break"], ["match"]]


def with_a_clear_in_another_file(world: World) -> World:
    time = BASE + 1_800 * SECOND
    offset = world.event(1_800, "ws1", source=1)
    world.observe(SignalKind.BREAK, 11, Cited(1, offset, time, b"clear"), first=time)
    return world


def test_a_clear_in_a_recording_that_began_after_the_incidents_logs_ended_stands_alone() -> None:
    assert sorted(breaks(with_a_clear_in_another_file(intruded()))) == [["break"], ["match"]]


def test_a_clear_in_another_file_counts_where_the_incidents_logs_went_on() -> None:
    world = with_a_clear_in_another_file(intruded())
    world.process(1_900, "calm.exe", pid=77, user="bob")
    assert len(breaks(world)) == 1
