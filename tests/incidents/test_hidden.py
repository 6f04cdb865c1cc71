"""What a flood hides: trees, sessions and hours of it are looked into."""

from __future__ import annotations

from fakes.incident_worlds import BASE, DUMP, RELAY, SECOND, WHO, World
from gamekeeper.incidents.cells import DAY
from gamekeeper.incidents.signals import Material
from gamekeeper.model.incidents import SignalKind

HOUR_S = 3600


def shell(world: World, at: float, pid: int) -> None:
    """Somebody who asks who he is and dumps memory, in a shell of his own."""
    world.process(at, "cmd.exe", pid=pid, parent_image="C:\\Windows\\explorer.exe")
    world.process(at + 5, "whoami.exe", WHO, pid=pid + 1, parent=pid, command_line="whoami")
    world.process(at + 60, "procdump.exe", DUMP, pid=pid + 2, parent=pid)


def flood(world: World, at: float, count: int = 3_000, **trace: str) -> None:
    """The same question by nobody's process, every two seconds."""
    for number in range(count):
        world.event(
            at + 2 * number,
            "ws1",
            WHO,
            fields={"CommandLine": "whoami"},
            **{"user": "ann", **trace},
        )


def acts_of(found: Material, rule: int) -> list[list[float]]:
    """Return the times, in seconds, of the events that stand for each signal of a rule."""
    rows = found.exemplars.rows
    groups = found.spoken.groups
    return [
        sorted((rows.filetimes[row] - BASE) / SECOND for row in found.acts.exemplars[number])
        for number in range(len(found.acts))
        if groups[found.spoken.cells.groups[found.acts.cells[number][0]]].rule == rule
    ]


def test_a_flood_counts_with_the_tree_that_it_meets_and_begins_there() -> None:
    world = World()
    shell(world, 6 * HOUR_S, 10)
    flood(world, HOUR_S)
    found = world.material()
    assert acts_of(found, WHO) == [[6 * HOUR_S + 5]]
    (cell,) = (
        cell
        for cell in range(len(found.spoken.cells))
        if found.spoken.groups[found.spoken.cells.groups[cell]].rule == WHO
    )
    assert found.spoken.cells.counts[cell] == 3_001
    assert found.spoken.cells.firsts[cell] == BASE + (6 * HOUR_S + 5) * SECOND


def test_a_flood_ties_no_two_trees_together() -> None:
    world = World()
    shell(world, 6 * HOUR_S, 10)
    shell(world, 9 * HOUR_S, 20)
    flood(world, HOUR_S)
    found = world.material()
    assert acts_of(found, WHO) == [[6 * HOUR_S + 5], [9 * HOUR_S + 5]]
    assert found.exemplars.apart.sum() == 1


def test_all_that_a_flood_counts_is_counted_once() -> None:
    world = World()
    shell(world, 6 * HOUR_S, 10)
    shell(world, 9 * HOUR_S, 20)
    flood(world, HOUR_S)
    counts = [
        step.count
        for incident in world.incidents()
        for step in incident.steps
        if any(said.id == "r-who" for said in step.said)
    ]
    assert sorted(counts) == [1, 3_001]


def test_a_flood_that_meets_no_tree_is_looked_at_by_session() -> None:
    world = World()
    world.event(5 * HOUR_S, "ws1", RELAY, user="ann", logon_id="0xabcde")
    flood(world, HOUR_S, logon_id="0x99999")
    flood(world, 5 * HOUR_S + 1, 1, logon_id="0xabcde")
    assert acts_of(world.material(), WHO) == [[5 * HOUR_S + 1]]


def test_sessions_of_windows_itself_tie_nothing() -> None:
    world = World()
    world.event(5 * HOUR_S, "ws1", RELAY, user="ann", logon_id="0x3e7")
    flood(world, HOUR_S, logon_id="0x3e7")
    (times,) = acts_of(world.material(), WHO)
    assert times[0] == HOUR_S


def test_a_flood_that_meets_nothing_is_known_by_each_of_its_hours() -> None:
    world = World()
    flood(world, HOUR_S)
    (times,) = acts_of(world.material(), WHO)
    assert times == [*(HOUR_S + 2 * number for number in range(8)), 2 * HOUR_S]


def test_another_flood_is_nothing_that_a_flood_meets() -> None:
    world = World()
    world.process(0, "cmd.exe", pid=10, parent_image="C:\\Windows\\explorer.exe")
    for number in range(3_000):
        at, pid = HOUR_S + 2 * number, 100 + number
        line = {"command_line": "whoami"}
        world.process(at, "whoami.exe", WHO, RELAY, pid=pid, parent=10, **line)
    found = world.material()
    assert not found.exemplars.apart.any()
    assert len(found.acts) == 1


def test_a_flood_of_two_days_counts_where_it_meets_something() -> None:
    world = World()
    shell(world, 26 * HOUR_S, 10)
    flood(world, 22 * HOUR_S, 8_000)
    found = world.material()
    assert acts_of(found, WHO) == [[26 * HOUR_S + 5]]
    flooded = found.floods.is_flooded
    assert set(found.floods.days[flooded]) == {BASE // DAY + 1}
    (count,) = (
        step.count
        for incident in world.incidents()
        for step in incident.steps
        if any(said.id == "r-who" for said in step.said)
    )
    assert count == 8_001


def test_what_a_chain_cites_of_a_flood_is_no_other_thing_in_its_tree() -> None:
    world = World()
    shell(world, 6 * HOUR_S, 10)
    world.process(HOUR_S - 1, "cmd.exe", pid=9, parent_image="C:\\Windows\\explorer.exe")
    for number in range(3_000):
        at, line = HOUR_S + 2 * number, "whoami"
        offset = world.process(
            at, "whoami.exe", WHO, pid=1_000 + number, parent=9, command_line=line
        )
        if number == 2_000:
            world.observe(SignalKind.CHAIN, 10.0, world.cited(offset), level="high")
    found = world.material()
    times = [HOUR_S + 4_000, 6 * HOUR_S + 5]
    assert [one for one in acts_of(found, WHO) if len(one) > 1] == [times]


def test_a_flood_that_meets_no_tree_is_looked_at_by_what_else_its_alerts_are_about() -> None:
    world = World()
    flood(world, HOUR_S)
    at = 4 * HOUR_S
    world.event(at, "ws1", WHO, DUMP, user="ann", fields={"CommandLine": "whoami"})
    assert acts_of(world.material(), WHO) == [[at, at]]


def test_an_act_whose_parent_starts_everything_is_known_by_what_it_started() -> None:
    world = World()
    world.process(0, "WmiPrvSE.exe", pid=1)
    world.process(6 * HOUR_S, "cmd.exe", WHO, pid=10, parent=1, command_line="whoami")
    world.process(6 * HOUR_S + 5, "procdump.exe", DUMP, pid=11, parent=10)
    flood(world, HOUR_S)
    assert acts_of(world.material(), WHO) == [[6 * HOUR_S]]
