"""The steps of a batch hold together whatever their buffers are."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from fakes.generated import CHANNEL, batch_of
from gamekeeper.engine.columnar import program as module
from gamekeeper.engine.columnar.kernels import Pairs
from gamekeeper.engine.columnar.program import Program
from gamekeeper.engine.columnar.values import read_values
from gamekeeper.model.build import Event
from gamekeeper.rules.ir import And, Node, Not, Op, Or, Predicate


def contains(text: str, name: str = "Image") -> Predicate:
    return Predicate(name, Op.CONTAINS, text)


def events(*images: str) -> list[Event]:
    return [Event(0, 0, system={"Channel": CHANNEL}, data=[("Image", i)]) for i in images]


def test_a_scan_that_outgrows_its_buffer_goes_on_where_it_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    literals = [f"{a}{b}{c}{d}" for a in "ab" for b in "ab" for c in "ab" for d in "ab"]
    program = Program([Or(tuple(contains(text) for text in literals))])
    images = [f"{n}-" + "".join(literals) for n in range(3000)]
    values = read_values(batch_of(events(*images)), program.asked)
    monkeypatch.setattr(module, "_FIRST_ROOM", 1)
    hits = program.scan(values)
    assert np.diff(hits.start).tolist() == [len(literals)] * 3000
    assert set(hits.predicate.tolist()) == set(range(len(literals)))


def test_candidates_are_the_conditions_whose_witness_was_found() -> None:
    program = Program(
        [And((contains("mimikatz"), contains("exe"))), contains("exe"), contains("zip")]
    )
    values = read_values(batch_of(events("mimikatz.exe", "a.exe")), program.asked)
    hits = program.scan(values)
    rows = values.rows(program.columns(values, hits))
    starts, conditions = program.witnesses.candidates(rows, hits)
    found = [conditions[a:b].tolist() for a, b in itertools.pairwise(starts)]
    assert [sorted(group) for group in found] == [[0, 1], [1]]


def grid(rows: int, conditions: int) -> Pairs:
    return Pairs(*np.indices((rows, conditions), np.int32).reshape(2, -1))


def verdicts(conditions: list[Node], *images: str) -> list[list[int]]:
    program = Program(conditions)
    values = read_values(batch_of(events(*images)), program.asked)
    hits = program.scan(values)
    rows = values.rows(program.columns(values, hits))
    found, _ = program.judge(rows, hits, grid(len(images), len(conditions)))
    return found.reshape(len(images), -1).tolist()


def test_slow_leaves_leave_a_condition_open_only_where_they_matter() -> None:
    slow = Predicate("Image", Op.REGEX, "^[ab]+$")
    conditions: list[Node] = [And((contains("aa"), slow)), Or((contains("aa"), slow)), Not(slow)]
    assert verdicts(conditions, "aa", "bb") == [[1, 2, 1], [0, 1, 1]]


def test_pairs_with_the_same_values_have_one_leader() -> None:
    program = Program([contains("a"), Not(contains("b")), contains("a", "")])
    values = read_values(batch_of(events("ab", "b", "ab", "ab")), program.asked)
    hits = program.scan(values)
    rows = values.rows(program.columns(values, hits))
    leaders, leader = program.leaders(values, rows, grid(4, 3))
    # Keywords look at every field: each such pair leads itself.
    assert leader.reshape(4, 3).tolist() == [[0, 1, 2], [3, 4, 5], [0, 1, 6], [0, 1, 7]]
    assert leaders.rows.tolist() == [0, 0, 0, 1, 1, 1, 2, 3]
    assert leaders.conditions.tolist() == [0, 1, 2, 0, 1, 2, 2, 2]
