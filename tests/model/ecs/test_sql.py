"""The view as SQL: a list that every dataset fills in the same way."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest

from gamekeeper.model.datasets import datasets
from gamekeeper.model.ecs import ecs_sql, ecs_view_sql
from gamekeeper.model.ecs.mapping import names
from gamekeeper.model.ecs.sql import identifier


@pytest.mark.parametrize("dataset", datasets())
def test_the_view_has_the_same_columns_for_every_dataset(dataset: str) -> None:
    empty = datasets()[dataset].schema.empty_table()
    plain = pa.table(empty)
    with duckdb.connect(":memory:") as connection:
        connection.register("t", plain)
        schema = connection.sql(f"SELECT {ecs_view_sql(dataset)} FROM t").to_arrow_table().schema
    assert schema.names[-len(names()) :] == list(names())
    kinds = [schema.field(name).type for name in names()]
    assert kinds == [pa.int64() if n.is_number else pa.string() for n in names().values()]


def test_a_name_that_a_dataset_lacks_has_no_expression() -> None:
    assert ecs_sql("windows.sysmon", "powershell.file.script_block_id") is None
    assert ecs_sql("windows.sysmon", "no.such.name") is None


def test_names_are_quoted() -> None:
    assert identifier('a"b') == '"a""b"'
