"""Records of one act made one."""

from __future__ import annotations

import pyarrow as pa
from tests.analytics.chains.worlds import fact, row

from gamekeeper.analytics.chains.acts import settled
from gamekeeper.analytics.chains.schema import STEP_SCHEMA


def table(*rows: tuple[int, float]) -> pa.Table:
    """Records by act and second."""
    made = [
        {**row(fact("a", second), n), "act": bytes([act] * 16)}
        for n, (act, second) in enumerate(rows)
    ]
    return pa.Table.from_pylist(made, STEP_SCHEMA)


def marks(*tables: pa.Table) -> list[tuple[bytes, int]]:
    whole = pa.concat_tables(settled(tables))
    return list(zip(whole["fingerprint"].to_pylist(), whole["filetime"].to_pylist(), strict=True))


def test_two_records_of_an_act_get_one_time_and_one_mark() -> None:
    first, second = marks(table((1, 10.0), (1, 10.4)))
    assert first == second
    assert first[1] == 100_000_000


def test_the_same_process_id_an_hour_later_is_another_act() -> None:
    first, second = marks(table((1, 10.0), (1, 3610.0)))
    assert first[0] != second[0]


def test_different_acts_stay_apart() -> None:
    first, second = marks(table((1, 10.0), (2, 10.0)))
    assert first[0] != second[0]


def test_an_act_may_go_on_in_the_next_table() -> None:
    found = marks(table((1, 10.0)), table((1, 11.0), (2, 5.0)))
    assert found[0] == found[1]
    assert len(found) == 3


def test_nothing_is_nothing() -> None:
    assert list(settled([])) == []
