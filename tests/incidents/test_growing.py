from __future__ import annotations

import numpy as np

from gamekeeper.incidents.growing import Growing


def test_rows_stand_in_the_order_in_which_they_came() -> None:
    columns = Growing(one=np.int64, other=np.int8)
    for start in range(0, 50, 5):
        columns.add(one=np.arange(start, start + 5), other=np.full(5, start % 7))
    assert (len(columns), columns["one"].tolist()) == (50, list(range(50)))
    assert columns["other"].tolist() == [start % 7 for start in range(0, 50, 5) for _ in range(5)]


def test_what_is_not_given_is_nothing() -> None:
    columns = Growing(one=np.int64, other=np.int64)
    columns.add(one=np.array([7]))
    columns.extend(1)
    assert (columns["one"].tolist(), columns["other"].tolist()) == ([7, 0], [0, 0])


def test_a_column_may_be_written_into() -> None:
    columns = Growing(one=np.int64)
    columns.extend(3)
    columns["one"][1] = 9
    columns.extend(1)
    assert columns["one"].tolist() == [0, 9, 0, 0]
