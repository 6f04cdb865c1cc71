"""Each batch chooses which literals of a condition are its witnesses."""

from __future__ import annotations

import itertools

from fakes.generated import CHANNEL, batch_of
from gamekeeper.engine.columnar.program import Program
from gamekeeper.engine.columnar.values import read_values
from gamekeeper.model.build import Event
from gamekeeper.rules.ir import And, Not, Op, Or, Predicate


def contains(text: str, name: str = "Image") -> Predicate:
    return Predicate(name, Op.CONTAINS, text)


def candidates(program: Program, rows: list[dict[str, str]]) -> dict[str, list[int]]:
    """Return the conditions that each value is a witness of, by its text."""
    made = [Event(0, 0, system={"Channel": CHANNEL}, data=list(row.items())) for row in rows]
    values = read_values(batch_of(made), program.asked)
    hits = program.scan(values)
    found = values.rows(program.columns(values, hits))
    starts, conditions = program.witnesses.candidates(found, hits)
    groups = [sorted(conditions[a:b].tolist()) for a, b in itertools.pairwise(starts)]
    return {values.string(value): group for value, group in enumerate(groups) if group}


def test_the_literal_that_fewest_rows_hold_is_the_witness() -> None:
    program = Program([And((contains("mimikatz"), contains("mimidrv", "CommandLine")))])
    image = {"Image": "mimikatz", "CommandLine": "x"}
    line = {"Image": "x", "CommandLine": "mimidrv"}
    both = {"Image": "mimikatz", "CommandLine": "mimidrv"}
    assert candidates(program, [image, image, both]) == {"mimidrv": [0]}
    assert candidates(program, [line, line, both]) == {"mimikatz": [0]}


def test_rows_count_not_values() -> None:
    program = Program([And((contains("aaaa"), contains("bbbb", "CommandLine")))])
    often = [{"Image": "aaaa"}] * 5
    once = [{"CommandLine": f"bbbb{n}"} for n in range(3)]
    assert set(candidates(program, [*often, *once])) == {"bbbb0", "bbbb1", "bbbb2"}


def test_a_literal_found_nowhere_leaves_a_condition_without_candidates() -> None:
    program = Program([And((contains("aaaa"), contains("bbbb"))), contains("aaaa")])
    assert candidates(program, [{"Image": "aaaa"}]) == {"aaaa": [1]}


def test_a_choice_is_covered_by_all_its_parts() -> None:
    program = Program([Or((contains("aaaa"), contains("bbbb")))])
    assert candidates(program, [{"Image": "aaaa"}, {"Image": "bbbb"}]) == {"aaaa": [0], "bbbb": [0]}


def test_conditions_without_a_cover_are_told_apart() -> None:
    program = Program([Not(contains("aaaa")), contains("aaaa"), contains("cmd", "Channel")])
    assert program.witnesses.has_any.tolist() == [False, True, False]
    assert candidates(program, [{"Image": "aaaa"}]) == {"aaaa": [1]}
