from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.incidents.acts import PAUSE, Acts, acts
from gamekeeper.incidents.cells import EXEMPLARS
from gamekeeper.incidents.exemplars import ExemplarRows, Exemplars, units_of
from gamekeeper.incidents.floods import Floods


def exemplars(*rows: tuple[int, str, int], starts: list[int] | None = None) -> Exemplars:
    """Rows are (cell, event, time), those of observations last: their events begin so."""
    events = [event.removeprefix("observed ") for _, event, _ in rows]
    lows = np.array([sorted(set(events)).index(event) for event in events], np.uint64)
    texts = tuple(event for _, event, _ in rows if event.startswith("observed"))
    made = ExemplarRows(
        np.array([cell for cell, _, _ in rows], np.int64),
        np.zeros(len(rows), np.int64),
        lows.astype(np.int64),
        np.array([time for _, _, time in rows], np.int64),
        np.zeros(len(rows), np.uint64),
        lows,
        np.full(len(rows), -1),
        texts=texts,
    )
    started = np.array(starts if starts is not None else [-1] * len(rows), np.int64)
    observed = np.arange(len(rows)) >= len(rows) - len(texts)
    return Exemplars(
        made,
        started,
        units_of(made, started),
        observed,
        np.empty(0, np.bool_),
        np.zeros(len(made), np.bool_),
    )


def told(found: Acts) -> list[tuple[list[int], list[int]]]:
    """Cells and exemplars of each act."""
    return [(found.cells[at], found.exemplars[at]) for at in range(len(found))]


def floods_of(count: int, flooded: set[int] | None = None) -> Floods:
    """Of so many cells some are one flood, which counts with the first of them."""
    cells = np.arange(count)
    is_one = np.isin(cells, list(flooded or ()))
    stands = np.where(is_one, min(flooded or {0}), cells)
    return Floods(stands, is_one, is_one, cells, np.ones(count, np.int64))


def acts_of(
    rows: Exemplars, *trees: int, programs: list[int] | None = None
) -> list[tuple[list[int], list[int]]]:
    """The trees of processes stand behind the events; without them none is known."""
    none = np.full(len(rows), -1, np.int64)
    matched = int(rows.rows.cells[~rows.observed].max(initial=-1)) + 1
    return told(
        acts(
            rows,
            np.array(trees, np.int64) if trees else none,
            np.array(programs, np.int64) if programs else none,
            floods_of(5),
            matched,
        )
    )


def test_two_rules_on_one_event_are_one_act() -> None:
    assert acts_of(exemplars((0, "e", 5), (1, "e", 5))) == [([0, 1], [0, 1])]


def test_two_witnesses_of_one_start_are_one_act() -> None:
    found = acts_of(exemplars((0, "sysmon", 5), (1, "security", 6), starts=[3, 3]))
    assert found == [([0, 1], [0, 1])]


def test_equal_events_of_one_habit_are_one_act() -> None:
    assert acts_of(exemplars((0, "a", 5), (0, "b", 6))) == [([0], [0, 1])]


def test_equal_events_far_apart_in_time_are_two_acts() -> None:
    assert len(acts_of(exemplars((0, "a", 0), (0, "b", PAUSE + 1)))) == 2


def test_acts_are_in_order_of_time() -> None:
    found = acts_of(exemplars((0, "late", 50), (1, "early", 5)))
    assert found == [([1], [1]), ([0], [0])]


def test_an_observation_is_one_act_whatever_it_cites() -> None:
    found = acts_of(exemplars((0, "e", 0), (1, "observed e", 0), (1, "observed f", PAUSE + 1)))
    assert found == [([0], [0]), ([1], [1, 2])]


def test_each_act_knows_which_observation_it_is() -> None:
    rows = exemplars((0, "e", 7), (2, "f", 3), (4, "observed e", 9), (3, "observed f", 1))
    none = np.full(4, -1, np.int64)
    assert acts(rows, none, none, floods_of(5), 3).observations.tolist() == [0, -1, -1, 1]


def test_equal_events_of_trees_that_did_other_things_are_two_acts() -> None:
    rows = exemplars((0, "whoami", 1), (1, "dump", 2), (0, "whoami again", 3), (0, "and again", 4))
    found = acts_of(rows, 7, 7, 8, 9)
    assert [rows for _, rows in found] == [[0], [1], [2, 3]]


def test_an_event_whose_process_is_not_known_is_like_one_of_a_tree_that_did_nothing_else() -> None:
    assert acts_of(exemplars((0, "a", 1), (0, "b", 2)), -1, 8) == [([0], [0, 1])]


def test_what_happens_all_day_long_tells_no_trees_apart() -> None:
    habit = [(0, f"habit {at}", at) for at in range(EXEMPLARS)]
    twice = [(1, f"twice {at}", at) for at in range(EXEMPLARS)]
    trees = [*range(EXEMPLARS), *(at // 2 for at in range(EXEMPLARS))]
    found = acts_of(exemplars(*habit, *twice), *trees)
    assert [len(rows) for _, rows in found] == [EXEMPLARS, EXEMPLARS]


def test_one_command_line_that_started_two_programs_is_two_acts() -> None:
    rows = exemplars((0, "a", 1), (0, "b", 2), (0, "c", 3), starts=[4, 5, 6])
    found = acts_of(rows, programs=[1, 2, 1])
    assert [rows for _, rows in found] == [[0, 2], [1]]


def plain(
    rows: Exemplars, trees: list[int], programs: list[int], flooded: set[int]
) -> list[tuple[list[int], list[int]]]:
    """What the first lines of the module say, one event at a time."""
    cells, times, prints = (
        column.tolist() for column in (rows.rows.cells, rows.rows.filetimes, rows.rows.lows)
    )
    full = {cell for cell, count in Counter(cells).items() if count >= EXEMPLARS} - flooded
    counted = {cell: min(flooded) if cell in flooded else cell for cell in cells}
    beside: dict[int, set[int]] = defaultdict(set)
    for row, tree in enumerate(trees):
        if tree >= 0 and cells[row] not in full:
            beside[tree].add(counted[cells[row]])
    units: dict[int, list[int]] = defaultdict(list)
    for row, unit in enumerate(rows.units.tolist()):
        units[unit].append(row)
    habits: dict[tuple[object, ...], list[int]] = defaultdict(list)

    def when(row: int) -> tuple[int, int, int]:
        return times[row], prints[row], row

    def program_of_flood(own: frozenset[int]) -> int:
        """The program of the first start that equal cells of a flood speak of."""
        found = [
            (when(row), max(programs[one] for one in members))
            for members in units.values()
            for row in members
            if {cells[one] for one in members} <= flooded
            if frozenset(counted[cells[one]] for one in members) == own
            if max(programs[one] for one in members) >= 0
        ]
        return min(found)[1] if found else -1

    for members in units.values():
        own = frozenset(counted[cells[row]] for row in members)
        others = frozenset(beside.get(max(trees[row] for row in members), set()) - own)
        program = max(-1 if cells[row] in full else programs[row] for row in members)
        is_flood = {cells[row] for row in members} <= flooded
        if is_flood and program < 0:
            program = program_of_flood(own)
        habits[own, frozenset() if is_flood else others, program, is_flood] += members

    found = []
    for (*_, is_flood), habit in habits.items():
        ordered = sorted(habit, key=when)
        starts = [
            at
            for at, row in enumerate(ordered)
            if at == 0 or (times[row] - times[ordered[at - 1]] > PAUSE and not is_flood)
        ]
        found += [ordered[a:b] for a, b in pairwise([*starts, len(ordered)])]
    found.sort(key=lambda act: when(act[0])[:2])
    return [(sorted({cells[row] for row in act}), act) for act in found]


@given(st.data())
def test_columns_find_what_a_look_at_each_event_finds(data: st.DataObject) -> None:
    small = st.integers(0, 3)
    events = data.draw(st.lists(st.tuples(small, small), min_size=1, max_size=30))
    times = data.draw(st.lists(st.sampled_from([0, 5, PAUSE + 9]), min_size=4, max_size=4))
    starts = data.draw(st.lists(st.integers(-1, 2), min_size=4, max_size=4))
    rows = exemplars(
        *((cell, str(event), times[event]) for cell, event in events),
        starts=[starts[event] for _, event in events],
    )
    trees, programs = (
        data.draw(st.lists(st.integers(-1, 2), min_size=len(events), max_size=len(events)))
        for _ in range(2)
    )
    flooded = data.draw(st.sets(small, max_size=2))
    found = acts(rows, np.array(trees), np.array(programs), floods_of(4, flooded), 4)
    assert told(found) == plain(rows, trees, programs, flooded)
