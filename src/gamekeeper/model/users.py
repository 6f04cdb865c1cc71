"""Whose doing an event is, by the table in ``content/mappings/evidence.yml``."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper import content
from gamekeeper.model.datasets import datasets
from gamekeeper.model.events import SYSTEM_TEXT_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

_SILENT: Final = pa.array(["", "-"], pa.utf8())
_NOTHING: Final = pa.scalar(None, pa.utf8())
_ANY: Final = "any"


@cache
def user_fields(dataset: str) -> dict[int | str, tuple[str, ...]]:
    """Return the fields to ask, in order, by event id; ``"any"`` is for all other ids."""
    table = content.load_yaml("mappings/evidence.yml")
    rows = table["users"].get(dataset, {_ANY: table["default"]})
    columns = {*datasets()[dataset].declared, *SYSTEM_TEXT_NAMES}
    return {key: tuple(name for name in names if name in columns) for key, names in rows.items()}


def users(dataset: str, table: pa.RecordBatch) -> pa.Array:
    """Return the account of each event as a dictionary, null where no field says it."""
    by_id = user_fields(dataset)
    ids = table.column("EventID")
    result = _first(table, by_id[_ANY])
    present = set(ids.unique().to_pylist())
    for event_id in present & by_id.keys():
        here = pc.fill_null(
            pc.equal(ids, pa.scalar(event_id, pa.int32())), pa.scalar(False, pa.bool_())
        )
        result = pc.if_else(here, _first(table, by_id[event_id]), result)
    return result.dictionary_encode()


def _first(table: pa.RecordBatch, names: Sequence[str]) -> pa.Array:
    columns = [_said(table.column(name)) for name in names]
    return pc.coalesce(*columns) if columns else pa.nulls(table.num_rows, pa.utf8())


def _said(column: pa.DictionaryArray) -> pa.Array:
    """Return the texts of a column, null where it says nothing."""
    texts = column.dictionary
    said = pc.if_else(pc.is_in(texts, value_set=_SILENT), _NOTHING, texts)
    return said.take(column.indices)
