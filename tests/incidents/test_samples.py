from __future__ import annotations

import json
import pickle

import numpy as np
import pytest

from gamekeeper.incidents.grouping import Limits
from gamekeeper.incidents.samples import VALUE_LIMIT, Lines, Samples, cut_value
from gamekeeper.model.findings import RuleAccount, SourceAccount

from .conftest import MakeBatch

Rules = tuple[RuleAccount, ...]
Sources = tuple[SourceAccount, ...]


def offsets(samples: Samples, number: int) -> list[object]:
    return [sample["source.offset"] for sample in samples.of(number)]


@pytest.mark.parametrize("cut", [1, 3, 100])
def test_the_first_four_and_the_last_are_kept(
    cut: int, rules: Rules, sources: Sources, batch: MakeBatch
) -> None:
    samples = Samples(rules, sources, Limits())
    for start in range(0, 20, cut):
        rows = list(range(start, min(start + cut, 20)))
        numbers = np.array([row % 2 for row in rows])
        is_new = np.ones(len(rows), bool)
        samples.add(batch([{"offset": row} for row in rows]), numbers, is_new)
    assert offsets(samples, 0) == [0, 2, 4, 6, 18]
    assert offsets(samples, 1) == [1, 3, 5, 7, 19]
    assert samples.of(2) == ()


def test_copies_are_passed_over(rules: Rules, sources: Sources, batch: MakeBatch) -> None:
    samples = Samples(rules, sources, Limits())
    rows = batch([{"offset": offset} for offset in range(4)])
    samples.add(rows, np.zeros(4, np.int64), np.array([True, False, False, True]))
    samples.add(rows, np.zeros(4, np.int64), np.zeros(4, bool))
    assert offsets(samples, 0) == [0, 3]


def test_a_spent_budget_leaves_each_finding_its_first_sample(
    rules: Rules, sources: Sources, batch: MakeBatch
) -> None:
    samples = Samples(rules, sources, Limits(sample_bytes=1))
    for number in range(3):
        rows = batch([{"offset": 10 * number + step} for step in range(9)])
        samples.add(rows, np.full(9, number), np.ones(9, bool))
    assert [offsets(samples, number)[:1] for number in range(3)] == [[0], [10], [20]]
    assert len(samples.of(2)) == 1


def test_long_values_are_cut_and_say_so(rules: Rules, sources: Sources, batch: MakeBatch) -> None:
    samples = Samples(rules, sources, Limits())
    rows = batch([{"fields": {"ScriptBlockText": "x" * 100_000, "Path": "p"}}])
    samples.add(rows, np.zeros(1, np.int64), np.ones(1, bool))
    fields = samples.of(0)[0]["fields"]
    assert fields == {
        "ScriptBlockText": "x" * VALUE_LIMIT + "… (95904 more characters)",
        "Path": "p",
    }


def test_long_lists_of_records_are_cut(rules: Rules, sources: Sources, batch: MakeBatch) -> None:
    samples = Samples(rules, sources, Limits())
    rows = batch([{"contributing": json.dumps([f"0:{n}" for n in range(5000)])}])
    samples.add(rows, np.zeros(1, np.int64), np.ones(1, bool))
    ids = samples.of(0)[0]["contributing"]
    assert isinstance(ids, list)
    assert (ids[0], len(ids), ids[-1]) == ("0:0", 101, "… (4900 more)")


def test_lists_are_cut_too() -> None:
    assert cut_value(["a"] * 6) == ["a", "a", "a", "a", "… (2 more values)"]
    assert cut_value(["abcdefgh"], limit=8) == ["ab… (6 more characters)"]
    assert cut_value(17) == 17


def test_lines_are_the_samples_that_they_say() -> None:
    lines = Lines([b'{"a":1}', b'{"a":2}', b'{"a":3}'])
    assert lines == ({"a": 1}, {"a": 2}, {"a": 3})
    assert (lines[1], lines[-1], lines[1:]) == ({"a": 2}, {"a": 3}, Lines([*lines._lines[1:]]))
    assert (len(lines), repr(lines[:1]), hash(lines[:1])) == (3, "({'a': 1},)", hash((b'{"a":1}',)))
    assert lines != ({"a": 1},)
    assert pickle.loads(pickle.dumps(lines)) == lines
