from __future__ import annotations

import numpy as np
import pytest

from gamekeeper.incidents.cells import CellRows, Cells
from gamekeeper.incidents.floods import floods
from gamekeeper.incidents.grouping import Group
from gamekeeper.incidents.lists import Lists
from gamekeeper.incidents.observed import Spoken
from gamekeeper.incidents.parameters import parameters
from gamekeeper.incidents.weighing import Covered, together, weights
from gamekeeper.model.findings import RuleAccount

RULES = (RuleAccount("a", "A", "high", "matched"), RuleAccount("b", "B", "low", "matched"))
Cell = tuple[int, int, int]  # group, day, hours


def bits(cells: list[Cell], groups: list[Group], host_days: int = 1, days: int = 1) -> list[float]:
    table = np.array(cells)
    ones = np.ones(len(cells), np.int64)
    rows = CellRows(table[:, 0], table[:, 1], ones, table[:, 2], ones, ones)
    spoken = Spoken(rows, Cells().found()[1], groups, RULES)
    return weights(
        spoken, floods(rows, parameters()), Covered(host_days, days), parameters()
    ).bits.tolist()


def cell(group: int = 0, day: int = 0, hours: int = 1) -> Cell:
    return group, day, hours


def summed(*parts: float) -> float:
    """The bits of an event of which so many rules speak."""
    cells = Lists.of(np.arange(len(parts)), np.zeros(1, np.int64))
    return float(together(cells, np.arange(len(parts)), np.array(parts), parameters())[0])


def test_what_is_seen_once_weighs_what_its_level_says() -> None:
    groups = [Group("1", 0, "ws1", "", "x"), Group("2", 1, "ws1", "", "x")]
    assert bits([cell(0), cell(1)], groups) == [7.0, 2.0]


def test_each_doubling_of_days_takes_a_bit() -> None:
    groups = [Group("1", 0, "ws1", "", "x")]
    assert bits([cell(day=day) for day in range(8)], groups, 8) == pytest.approx([4.0] * 8)


def test_what_goes_on_all_day_weighs_less_than_what_happens_once_a_day() -> None:
    groups = [Group("1", 0, "ws1", "", "x")]
    assert bits([cell(hours=16)], groups)[0] == pytest.approx(5.0)


def test_a_new_shape_of_a_common_rule_is_not_as_new_as_it_looks() -> None:
    groups = [Group(str(n), 0, f"ws{n}", "", f"shape {n}") for n in range(16)]
    assert bits([cell(n) for n in range(16)], groups, 16) == pytest.approx([5.0] * 16)


def test_what_is_rare_among_many_host_days_gains_a_little_and_no_more() -> None:
    groups = [Group("1", 0, "ws1", "", "x")]
    assert bits([cell()], groups, 256)[0] == pytest.approx(9.0)
    assert bits([cell()], groups, 1 << 40)[0] == pytest.approx(10.0)


def test_what_one_host_does_on_most_of_its_days_is_not_rare_there() -> None:
    groups = [Group("1", 0, "ws1", "", "x"), Group("2", 0, "ws2", "", "y")]
    cells = [*(cell(day=day) for day in range(8)), cell(group=1)]
    habit, *_, elsewhere = bits(cells, groups, host_days=9 * 32, days=16)
    assert habit == pytest.approx(7.0 - 3.0 + 0.25)
    assert elsewhere > habit + 1.0


def test_no_weight_is_below_nothing() -> None:
    groups = [Group("1", 1, "ws1", "", "x")]
    assert bits([cell(day=day, hours=24) for day in range(90)], groups, 90) == [0.0] * 90


def test_several_rules_on_one_event_see_the_same_thing() -> None:
    assert summed(7.0, 4.0, 4.0) == pytest.approx(8.2)
    assert summed(*[7.0] * 50) == 10.0


def test_one_rule_counts_once_whichever_log_it_saw_an_event_in() -> None:
    cells = Lists.of(np.array([0, 1, 2, 1]), np.array([0, 3]))
    found = together(cells, np.array([5, 5, 6]), np.array([7.0, 6.0, 4.0]), parameters())
    assert found.tolist() == [pytest.approx(7.6), 6.0]
