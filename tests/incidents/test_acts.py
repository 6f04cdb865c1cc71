from __future__ import annotations

import numpy as np

from gamekeeper.incidents.acts import PAUSE, Act, Exemplars, acts
from gamekeeper.incidents.cells import EXEMPLARS, Exemplar


def exemplars(*rows: tuple[int, str, int], starts: list[int] | None = None) -> Exemplars:
    """Rows are (cell, event, time); events of observations begin so."""
    made = [Exemplar(0, at, event.encode(), time, "[]") for at, (_, event, time) in enumerate(rows)]
    return Exemplars(
        made,
        np.array([cell for cell, _, _ in rows], np.int64),
        np.array(starts if starts is not None else [-1] * len(rows), np.int64),
        np.array([event.startswith("observed") for _, event, _ in rows], np.bool_),
    )


def acts_of(rows: Exemplars, *trees: int) -> list[Act]:
    """The trees of processes stand behind the events; without them none is known."""
    none = np.full(len(rows.rows), -1, np.int64)
    return acts(rows, np.array(trees, np.int64) if trees else none, none)


def test_two_rules_on_one_event_are_one_act() -> None:
    (act,) = acts_of(exemplars((0, "e", 5), (1, "e", 5)))
    assert (act.cells, act.exemplars) == ((0, 1), (0, 1))


def test_two_witnesses_of_one_start_are_one_act() -> None:
    (act,) = acts_of(exemplars((0, "sysmon", 5), (1, "security", 6), starts=[3, 3]))
    assert act.cells == (0, 1)


def test_equal_events_of_one_habit_are_one_act() -> None:
    (act,) = acts_of(exemplars((0, "a", 5), (0, "b", 6)))
    assert act.exemplars == (0, 1)


def test_equal_events_far_apart_in_time_are_two_acts() -> None:
    assert len(acts_of(exemplars((0, "a", 0), (0, "b", PAUSE + 1)))) == 2


def test_acts_are_in_order_of_time() -> None:
    found = acts_of(exemplars((0, "late", 50), (1, "early", 5)))
    assert [act.cells for act in found] == [(1,), (0,)]


def test_an_observation_is_one_act_whatever_it_cites() -> None:
    found = acts_of(exemplars((0, "e", 0), (1, "observed e", 0), (1, "observed f", PAUSE + 1)))
    assert [(act.cells, act.exemplars) for act in found] == [((0,), (0,)), ((1,), (1, 2))]


def test_records_of_one_event_have_one_number() -> None:
    made = exemplars((0, "a", 5), (1, "b", 5), (2, "a", 6), (3, "c", 7), starts=[-1, 2, -1, 2])
    numbers = made.units().tolist()
    assert (numbers[0], numbers[1]) == (numbers[2], numbers[3])
    assert len(set(numbers)) == 2
    assert exemplars().units().tolist() == []


def test_equal_events_of_trees_that_did_other_things_are_two_acts() -> None:
    rows = exemplars((0, "whoami", 1), (1, "dump", 2), (0, "whoami again", 3), (0, "and again", 4))
    found = acts_of(rows, 7, 7, 8, 9)
    assert [act.exemplars for act in found] == [(0,), (1,), (2, 3)]


def test_an_event_whose_process_is_not_known_is_like_one_of_a_tree_that_did_nothing_else() -> None:
    (act,) = acts_of(exemplars((0, "a", 1), (0, "b", 2)), -1, 8)
    assert act.exemplars == (0, 1)


def test_what_happens_all_day_long_tells_no_trees_apart() -> None:
    habit = [(0, f"habit {at}", at) for at in range(EXEMPLARS)]
    twice = [(1, f"twice {at}", at) for at in range(EXEMPLARS)]
    trees = [*range(EXEMPLARS), *(at // 2 for at in range(EXEMPLARS))]
    found = acts_of(exemplars(*habit, *twice), *trees)
    assert [len(act.exemplars) for act in found] == [EXEMPLARS, EXEMPLARS]


def test_one_command_line_that_started_two_programs_is_two_acts() -> None:
    rows = exemplars((0, "a", 1), (0, "b", 2), (0, "c", 3), starts=[4, 5, 6])
    programs = np.array([1, 2, 1], np.int64)
    found = acts(rows, np.full(3, -1, np.int64), programs)
    assert [act.exemplars for act in found] == [(0, 2), (1,)]
