"""The rows of the walk."""

from __future__ import annotations

from tests.analytics.chains.worlds import fact, row

from gamekeeper.analytics.chains.schema import (
    ACT_KEY,
    STEP_KEY,
    STEP_SCHEMA,
    batch_of,
    values_of,
)


def test_keys_are_columns() -> None:
    assert {*ACT_KEY, *STEP_KEY} <= {*STEP_SCHEMA.names}


def test_a_row_is_what_it_was() -> None:
    given = row(fact("b", 3.0, thing=None), 7)
    (found,) = batch_of([given]).to_pylist()
    assert {name: found[name] for name in given} == given
    assert values_of(str(found["values"])) == ("h", None)
