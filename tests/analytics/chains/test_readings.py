"""What events say of entities."""

from __future__ import annotations

import numpy as np
from tests.fakes.facts import NEW_YEAR, batches_of
from tests.fakes.facts import event as an_event

from gamekeeper.analytics.chains.ir import Reading
from gamekeeper.analytics.chains.plan import BoundStep
from gamekeeper.analytics.chains.readings import Read, Values

HOST = Reading("host.name")
SHARE = Reading("ShareName", match=r"([a-z]+)\$")


def said(*data: dict[str, str], readings: tuple[Reading | None, ...]) -> list[Values]:
    (batch,) = batches_of([an_event(n, NEW_YEAR, 5140, data=one) for n, one in enumerate(data, 1)])
    step = BoundStep(0, 0, readings)
    values, place = Read(batch, [step]).distinct(step, np.arange(len(batch)))
    return [values[at] for at in place.tolist()]


def test_values_are_read_in_the_order_in_which_a_step_wants_them() -> None:
    found = said({"ShareName": r"\\*\C$"}, readings=(HOST, None, SHARE))
    assert found == [("dc01", None, "c")]


def test_what_is_absent_or_has_no_such_part_is_none() -> None:
    assert said({}, {"ShareName": "x"}, readings=(SHARE,)) == [(None,), (None,)]


def test_values_that_are_one_entity_are_met_once() -> None:
    data = [{"ShareName": text} for text in (r"\\*\C$", "c$", "D$", r"\\*\c$")]
    (batch,) = batches_of([an_event(n, NEW_YEAR, 5140, data=one) for n, one in enumerate(data, 1)])
    step = BoundStep(0, 0, (SHARE,))
    values, place = Read(batch, [step]).distinct(step, np.array([0, 1, 2, 3]))
    assert (values, place.tolist()) == ([("c",), ("d",)], [0, 0, 1, 0])


def test_a_step_that_wants_no_entity_has_one_value() -> None:
    assert said({}, {}, readings=()) == [(), ()]
