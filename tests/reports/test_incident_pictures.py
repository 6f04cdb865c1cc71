from __future__ import annotations

from dataclasses import replace

from fakes.incident_worlds import DAY, DUMP, NTDS, World
from gamekeeper.model.incidents import Incident, Step
from gamekeeper.reports.incident_pictures import STEPS, picture


def incident() -> Incident:
    world = World()
    world.process(0, "a.exe", DUMP, NTDS, pid=11)
    world.process(DAY, "b.exe", DUMP, pid=12, parent=11)
    (found,) = world.incidents()
    return found


def test_steps_stand_in_order_of_time_on_the_rows_of_their_hosts() -> None:
    drawn = picture(incident())
    assert [row.name for row in drawn.rows] == ["WS1"]
    assert [dot.x for dot in drawn.dots] == sorted(dot.x for dot in drawn.dots)
    assert {dot.y for dot in drawn.dots} == {drawn.rows[0].y}
    assert [day for _, day in drawn.days] == ["2026-02-02", "2026-02-03"]


def test_a_hop_is_an_arrow_between_two_rows() -> None:
    hop = Step(1, "DC1", "ann", "", "", "came", (), from_host="WS1")
    drawn = picture(replace(incident(), steps=(hop,)))
    ys = {row.name: row.y for row in drawn.rows}
    assert [(arrow.from_y, arrow.to_y) for arrow in drawn.arrows] == [(ys["WS1"], ys["DC1"])]


def test_of_many_steps_the_heaviest_are_drawn() -> None:
    light = Step(1, "WS1", "", "", "", "light", (), bits=0.1)
    heavy = replace(light, text="heavy", bits=9.0)
    steps = (*(replace(light, time=at) for at in range(200)), heavy)
    drawn = picture(replace(incident(), steps=steps))
    assert len(drawn.dots) == STEPS
    assert drawn.dots[-1].style == "heavy"
