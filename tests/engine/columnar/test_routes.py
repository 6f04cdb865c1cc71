"""Channel and event id settle what they can, and no more."""

from __future__ import annotations

import itertools

import numpy as np

from fakes.generated import CHANNEL, batch_of
from gamekeeper.engine.columnar.program import Program
from gamekeeper.engine.columnar.routes import Kind, Routes, Takers, kinds_of
from gamekeeper.model.build import Event
from gamekeeper.rules.ir import And, Node, Not, Op, Predicate
from gamekeeper.rules.plan import Route

ANYWHERE = Route("windows.sysmon")


def event(event_id: int | None, *data: tuple[str, str], channel: str = CHANNEL) -> Event:
    return Event(0, 0, event_id=event_id, system={"Channel": channel}, data=data)


def alive(conditions: list[Node], routes: list[Route], made: Event) -> list[int]:
    kinds = Routes(routes, Program(conditions)).kinds(batch_of([made]))
    return kinds.alive[kinds.of_row[0]].tolist()


def is_id(number: int) -> Predicate:
    return Predicate("EventID", Op.EQUALS, str(number))


def test_an_event_id_excludes_conditions_by_route_and_by_predicate() -> None:
    image = Predicate("Image", Op.CONTAINS, "cmd")
    conditions: list[Node] = [And((is_id(1), image)), Not(is_id(1)), image, image]
    routes = [
        ANYWHERE,
        ANYWHERE,
        Route("windows.sysmon", (), (1,)),
        Route("windows.sysmon", (), (3,)),
    ]
    assert alive(conditions, routes, event(1)) == [1, 0, 1, 0]
    assert alive(conditions, routes, event(3)) == [0, 1, 0, 1]
    assert alive(conditions, routes, event(None)) == [0, 1, 0, 0]


def test_a_repeated_event_id_settles_nothing_but_routes() -> None:
    conditions: list[Node] = [is_id(1), is_id(3), is_id(3)]
    routes = [ANYWHERE, ANYWHERE, Route("windows.sysmon", (), (1,))]
    assert alive(conditions, routes, event(1, ("EventID", "3"))) == [1, 1, 1]


def test_the_first_repeat_stands_in_for_an_absent_event_id() -> None:
    routes = [Route("windows.sysmon", (), (3,))]
    assert alive([Not(is_id(1))], routes, event(None, ("eventid", "3"))) == [1]


def test_channels_are_compared_folded() -> None:
    routes = [Route("windows.sysmon", (CHANNEL.lower(),)), Route("windows.sysmon", ("other",))]
    conditions: list[Node] = [Not(is_id(9))] * 2
    assert alive(conditions, routes, event(1, channel=CHANNEL.upper())) == [1, 0]


def test_a_condition_on_an_empty_name_is_not_met_by_names_that_nobody_knows() -> None:
    conditions: list[Node] = [Predicate("Channel", Op.EQUALS, "")]
    assert alive(conditions, [ANYWHERE], event(1)) == [0]


def test_conditions_without_a_witness_are_judged_on_every_row_of_their_kind() -> None:
    image = Predicate("Image", Op.CONTAINS, "cmd")
    routes = Routes([ANYWHERE] * 3, Program([image, Not(image), is_id(1)]))
    kinds = routes.kinds(batch_of([event(1), event(3)]))
    starts = kinds.always_start
    always = [kinds.always[a:b].tolist() for a, b in itertools.pairwise(starts)]
    assert [always[kind] for kind in kinds.of_row] == [[1, 2], [1]]


def test_kinds_follow_the_rows_asked_for() -> None:
    batch = batch_of([event(1), event(3), event(None)])
    codes, found = kinds_of(batch, np.array([2, 0], np.int32))
    assert [found[code].event_id for code in codes] == [None, "1"]


def test_takers_know_the_routes_of_a_kind() -> None:
    takers = Takers([Route("d", ("a",)), Route("d", (), (1,)), Route("d")])
    assert takers.of(Kind("A", "1", is_sure=True)) == (0, 1, 2)
    assert takers.of(Kind(None, None, is_sure=True)) == (2,)
