"""A multiset counts the same in memory and on disk."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.engine.correlation.tally import Tally

steps = st.lists(st.tuples(st.booleans(), st.sampled_from("abcdefgh")), max_size=40)


@given(steps, st.integers(0, 9))
def test_it_equals_a_counter(given_steps: list[tuple[bool, str]], in_memory: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        tally, truth = Tally(Path(folder), in_memory), Counter[str]()
        for is_new, value in given_steps:
            if is_new or not truth[value]:
                tally.add(value)
                truth[value] += 1
            else:
                tally.remove(value)
                truth[value] -= 1
            assert tally.distinct == len(+truth)
