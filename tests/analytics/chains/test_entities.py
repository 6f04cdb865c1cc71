"""How entities read in the events of a selection."""

from __future__ import annotations

from gamekeeper.analytics.chains.condition import every
from gamekeeper.analytics.chains.entities import reading_of, wanted_of
from gamekeeper.analytics.chains.ir import Body, Count, FirstEver, Reading, Selection, Step
from gamekeeper.rules.ir import LogSource, Op, Predicate

SELECTION = Selection(LogSource(), Predicate("A", Op.EQUALS, "b"), (("file", Reading("Path")),))


def test_a_selection_says_it_or_everybody_knows_it() -> None:
    assert reading_of("file", SELECTION) == Reading("Path")
    assert reading_of("host", SELECTION) == Reading("host.name")
    assert reading_of("flavour", SELECTION) is None


def test_a_step_wants_what_its_body_joins_and_what_it_compares_each_once() -> None:
    step = Step(
        "a",
        "a",
        (SELECTION,),
        count=Count(3, "tool"),
        first_ever=FirstEver(("address",), ("host",)),
    )
    assert wanted_of(Body((step,), ("host",), 60, every("a")), step) == ("host", "tool", "address")
