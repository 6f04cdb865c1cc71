from __future__ import annotations

import numpy as np
from tests.incidents.test_acts import exemplars, floods_of

from gamekeeper.incidents.exemplars import Exemplars
from gamekeeper.incidents.repetition import habits


def numbers(rows: Exemplars, *trees: int, flooded: set[int] | None = None) -> list[int]:
    none = np.full(len(rows), -1, np.int64)
    asked = np.array(trees, np.int64) if trees else none
    found, _ = habits(
        rows, np.arange(len(rows)), asked, none, floods_of(5, flooded), np.arange(len(rows))
    )
    return found.tolist()


def test_what_the_same_cells_speak_of_is_one_habit() -> None:
    one, two, other = numbers(exemplars((0, "a", 1), (0, "b", 2), (1, "c", 3)))
    assert one == two != other


def test_beside_other_things_it_is_another_habit() -> None:
    rows = exemplars((0, "whoami", 1), (1, "dump", 2), (0, "whoami again", 3))
    alone, _, elsewhere = numbers(rows, 7, 7, 8)
    assert alone != elsewhere


def test_a_flood_is_one_habit_wherever_it_pours() -> None:
    rows = exemplars((0, "flood", 1), (1, "dump", 2), (0, "more", 3))
    here, _, elsewhere = numbers(rows, 7, 7, 8, flooded={0})
    assert here == elsewhere


def test_all_records_of_one_event_are_of_its_habit() -> None:
    rows = exemplars((0, "e", 1), (1, "e", 1), (0, "f", 2), (1, "f", 2))
    assert len(set(numbers(rows))) == 1
