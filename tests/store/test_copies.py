from __future__ import annotations

import numpy as np

from gamekeeper.store.copies import Keys, units_of


def keys(source: list[int], time: list[int]) -> Keys:
    zero = np.zeros(len(source), np.int64)
    return Keys(zero, np.array(source), zero, zero, zero, np.array(time))


def test_the_unit_of_a_source_is_that_of_its_finest_time() -> None:
    none = np.iinfo(np.int64).min
    found = units_of(
        keys(
            [0, 0, 1, 1, 2, 3, 4],
            [10_000_000, 20_000_001, 30_000_000, 10_010, 50_000_000, 70_000, none],
        )
    )
    assert found == {0: 1, 1: 10, 2: 10_000_000, 3: 10_000, 4: 1}
