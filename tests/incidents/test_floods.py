"""One alert against a hundred thousand of the very same: nothing but a count changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fakes.incident_worlds import DUMP, NOISE, RELAY, WHO, World
from gamekeeper.incidents.cells import HOUR, CellRows
from gamekeeper.incidents.floods import Floods, floods
from gamekeeper.incidents.parameters import parameters
from gamekeeper.model.incidents import Incident, SignalKind, Step
from gamekeeper.reports.incidents_json import as_json

HOUR_S = 3600
#: What a flood may change of an incident and of its own step.
COUNTED = {"last_seen", "dwell_s", "events"}
COUNTED_OF_STEP = {"count", "last_time", "event_ids"}
#: An act of an intruder again: which rule is true, of which program, with which command line.
ACTS: dict[str, tuple[int, str]] = {
    "dump": (DUMP, "procdump.exe 12"),
    "who": (WHO, "whoami.exe 11"),
    "relay": (RELAY, "netsh.exe 13"),
    "new": (NOISE, "ping.exe 14"),
}

#: The rules that are true for them.
NAMED = {"dump": "r-dump", "who": "r-who", "relay": "r-relay", "new": "r-noise"}

Repeat = Callable[[World, str, float, int], None]


def intrusion(world: World, start: float, *, is_new_seen: bool) -> None:
    world.process(start, "cmd.exe", pid=10, parent_image="C:\\Windows\\explorer.exe")
    world.process(start + 5, "whoami.exe", WHO, pid=11, parent=10)
    world.process(start + 60, "procdump.exe", DUMP, pid=12, parent=10)
    world.process(start + 90, "netsh.exe", RELAY, pid=13, parent=10)
    world.process(start + 95, "conhost.exe", pid=15, parent=13, command_line="conhost")
    if is_new_seen:
        world.process(start + 100, "ping.exe", NOISE, pid=14, parent=10)


def intrusion_of_day(world: World, day: int) -> None:
    """An intrusion of a shell of its own."""
    at, pid = day * 24 * HOUR_S, 100 * (day + 1)
    shell: dict[str, Any] = {"parent": pid}
    world.process(at, "cmd.exe", pid=pid, parent_image="C:\\Windows\\explorer.exe")
    world.process(at + 60, "procdump.exe", DUMP, pid=pid + 1, command_line=ACTS["dump"][1], **shell)
    world.process(at + 90, "netsh.exe", RELAY, pid=pid + 2, **shell)


def event(world: World, act: str, at: float, _number: int) -> None:
    """Repeat an act without a process, as a rule sees it that looks at other events."""
    rule, line = ACTS[act]
    world.event(at, "ws1", rule, user="ann", fields={"CommandLine": line}, text="an event")


def start(world: World, act: str, at: float, number: int) -> None:
    """Repeat an act under the intruder's shell."""
    rule, line = ACTS[act]
    program = line.partition(" ")[0]
    world.process(at, program, rule, pid=1000 + number, parent=10, command_line=line)


def elsewhere(world: World, act: str, at: float, number: int) -> None:
    """Repeat an act under a shell that does nothing else."""
    rule, line = ACTS[act]
    program = line.partition(" ")[0]
    if not number:
        world.process(at - 1, "cmd.exe", pid=9, parent_image="C:\\Windows\\explorer.exe")
    world.process(at, program, rule, pid=1000 + number, parent=9, command_line=line)


def told(incident: Incident) -> dict[str, Any]:
    """Return an incident as its JSON has it, without what a flood may change."""
    found = {name: value for name, value in as_json(incident).items() if name not in COUNTED}
    steps: Any = found["steps"]
    found["steps"] = [
        {name: value for name, value in step.items() if name not in COUNTED_OF_STEP}
        for step in steps
    ]
    return found


def others(incident: Incident, act: str) -> list[Step]:
    """Return the steps that are not of an act, whole."""
    return [step for step in incident.steps if NAMED[act] not in [said.id for said in step.said]]


def check(
    act: str, repeat: Repeat, *, begins: float, after: float, count: int, every: float
) -> None:
    """Hold an intrusion against the same with an act of it repeated, ``after`` seconds from its start."""
    plain, flooded = World(), World()
    for world in (plain, flooded):
        intrusion(world, begins, is_new_seen=act == "new")
    (before,) = plain.incidents()
    for number in range(count):
        repeat(flooded, act, begins + after + number * every, number)
    (found,) = flooded.incidents()
    assert told(found) == told(before)
    assert others(found, act) == others(before, act)
    assert found.events == before.events + count


LONG_FLOOD = {"count": 100_000, "every": 0.1}
SHORT_FLOOD = {"count": 3_000, "every": 2.0}


@pytest.mark.parametrize(("act", "repeat"), [("dump", start), ("new", event)])
def test_a_hundred_thousand_more_of_one_act_change_the_count(act: str, repeat: Repeat) -> None:
    check(act, repeat, begins=0, after=200, **LONG_FLOOD)


def test_a_hundred_thousand_over_midnight_change_the_count() -> None:
    check("dump", start, begins=22 * HOUR_S, after=HOUR_S, **LONG_FLOOD)


@pytest.mark.parametrize("act", ["dump", "new"])
@pytest.mark.parametrize("repeat", [event, start])
@pytest.mark.parametrize("after", [120, HOUR_S + 200, 5 * HOUR_S])
@pytest.mark.parametrize("begins", [0, 17.5 * HOUR_S, 22.9 * HOUR_S])
def test_a_flood_at_any_time_of_that_day_and_the_next_changes_the_count(
    act: str, repeat: Repeat, after: float, begins: float
) -> None:
    check(act, repeat, begins=begins, after=after, **SHORT_FLOOD)


def test_a_slow_flood_that_fills_a_day_changes_the_count() -> None:
    check("dump", start, begins=0, after=200, count=4_000, every=20.0)
    check("dump", start, begins=20 * HOUR_S, after=200, count=4_000, every=20.0)


@pytest.mark.parametrize("act", list(ACTS))
@pytest.mark.parametrize("repeat", [event, elsewhere])
@pytest.mark.parametrize("after", [3 - 5 * HOUR_S, -600, 3])
def test_a_flood_that_begins_before_the_act_changes_the_count(
    act: str, repeat: Repeat, after: float
) -> None:
    check(act, repeat, begins=6 * HOUR_S, after=after, **SHORT_FLOOD)


@pytest.mark.parametrize("act", list(ACTS))
@pytest.mark.parametrize("begins", [0, 24 * HOUR_S - 61])
def test_a_flood_under_the_shell_before_the_act_changes_where_it_begins(
    act: str, begins: float
) -> None:
    plain, flooded = World(), World()
    for world in (plain, flooded):
        intrusion(world, begins, is_new_seen=True)
    for number in range(3_000):
        start(flooded, act, begins + 3 + number * 2, number)
    (before,), (found,) = plain.incidents(), flooded.incidents()
    was, now = (told(one) for one in (before, found))
    was_own, own = (
        next(step for step in one["steps"] if NAMED[act] in str(step)) for one in (was, now)
    )
    assert {**own, "time": was_own["time"], "text": was_own["text"]} == was_own
    assert others(found, act) == others(before, act)
    for one in (was, now):
        for name in ("id", "anchors", "first_seen", "steps"):
            del one[name]
    assert now == was
    assert found.events == before.events + 3_000


@pytest.mark.parametrize("act", list(ACTS))
def test_a_flood_under_the_same_shell_is_as_its_first_alert(act: str) -> None:
    plain, flooded = World(), World()
    for world, count in ((plain, 1), (flooded, 3_000)):
        intrusion(world, 0, is_new_seen=True)
        for number in range(count):
            start(world, act, 3 + number * 2, number)
    (before,), (found,) = plain.incidents(), flooded.incidents()
    assert told(found) == told(before)
    assert others(found, act) == others(before, act)


@pytest.mark.parametrize("repeat", [event, start])
@pytest.mark.parametrize(("begins", "after"), [(0, 150), (23.6 * HOUR_S, 150)])
def test_a_flood_of_another_kind_is_as_one_alert(
    repeat: Repeat, begins: float, after: float
) -> None:
    plain, flooded = World(), World()
    for world, count in ((plain, 1), (flooded, 3_000)):
        intrusion(world, begins, is_new_seen=False)
        for number in range(count):
            repeat(world, "new", begins + after + number * 2, number)
    (before,), (found,) = plain.incidents(), flooded.incidents()
    assert told(found) == told(before)
    assert found.signals == 4


@pytest.mark.parametrize("act", ["dump", "relay"])
def test_a_flood_of_an_event_that_a_chain_rests_on_changes_the_count(act: str) -> None:
    plain, flooded = World(), World()
    for world in (plain, flooded):
        intrusion(world, 0, is_new_seen=False)
        events = [world.cited(300), world.cited(400)]
        world.observe(SignalKind.CHAIN, 10.0, *events, level="high")
    for number in range(3_000):
        start(flooded, act, 200 + number * 2, number)
    (before,), (found,) = plain.incidents(), flooded.incidents()
    assert told(found) == told(before)
    assert others(found, act) == others(before, act)


@pytest.mark.parametrize("repeat", [event, start])
def test_two_programs_of_one_command_line_stay_two_acts(repeat: Repeat) -> None:
    plain, flooded = World(), World()
    for world in (plain, flooded):
        intrusion(world, 0, is_new_seen=False)
        line = ACTS["dump"][1]
        world.process(61, "procdump64.exe", DUMP, pid=16, parent=12, command_line=line)
    for number in range(3_000):
        repeat(flooded, "dump", 200 + number * 2, number)
    (before,), (found,) = plain.incidents(), flooded.incidents()
    assert told(found) == told(before)
    assert found.events == before.events + 3_000


def test_an_intrusion_of_another_day_keeps_its_weight_under_a_flood() -> None:
    plain, flooded = World(), World()
    for world in (plain, flooded):
        for day in range(3):
            intrusion_of_day(world, day)
    for number in range(3_000):
        event(flooded, "dump", 2 * 24 * HOUR_S + 200 + number * 2, number)
    assert [told(one) for one in flooded.incidents()] == [told(one) for one in plain.incidents()]


def test_what_floods_on_three_days_is_a_habit() -> None:
    day = {"counts": [5_000, 5_000], "hours": [2, 2], "at": [3.0, 3.0]}
    two = floods_of([0, 5], **day)
    assert (two.pours.tolist(), two.hours.tolist()) == ([True, True], [1, 1])
    three = floods_of([0, 5, 9], counts=[5_000] * 3, hours=[2] * 3, at=[3.0] * 3)
    assert (three.pours.any(), three.hours.tolist()) == (False, [2, 2, 2])


def test_many_a_day_at_the_pace_of_a_job_are_no_flood() -> None:
    found = floods_of([0, 1], counts=[2_400, 900], hours=[24, 2], at=[0.0, 10.0])
    assert not found.is_flooded.any()
    assert found.days.tolist() == [0, 1]


def test_a_flood_counts_with_the_day_before_and_what_follows_does_not() -> None:
    found = floods_of([0, 1, 2], counts=[1, 5_000, 1], hours=[1, 2, 1], at=[20.0, 5.0, 5.0])
    assert found.stands.tolist() == [0, 0, 2]
    assert (found.days.tolist(), found.hours.tolist()) == ([0, 0, 2], [1, 0, 1])
    assert found.is_flooded.tolist() == [True, True, False]


def test_what_was_seen_the_day_before_at_the_hour_of_a_flood_is_apart_from_it() -> None:
    found = floods_of([0, 1], counts=[1, 5_000], hours=[1, 2], at=[5.0, 5.0])
    assert found.stands.tolist() == [0, 1]


def test_a_flood_over_midnight_of_which_neither_day_has_enough_is_one() -> None:
    found = floods_of([3, 4], counts=[700, 700], hours=[1, 1], at=[23.0, 0.0])
    assert (found.pours.tolist(), found.days.tolist()) == ([True, True], [3, 3])


def floods_of(days: list[int], counts: list[int], hours: list[int], at: list[float]) -> Floods:
    """Return the floods of one group that was seen from some hour of each day on."""
    firsts = [round((24 * day + hour) * HOUR) for day, hour in zip(days, at, strict=True)]
    lasts = [first + spent * HOUR - 1 for first, spent in zip(firsts, hours, strict=True)]
    columns = [
        np.array(one, np.int64) for one in ([0] * len(days), days, counts, hours, firsts, lasts)
    ]
    return floods(CellRows(*columns), parameters())
