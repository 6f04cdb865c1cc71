"""Exported files as Delta Lake tables: one a dataset, its files listed in one commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from deltalake.schema import Schema
from deltalake.transaction import AddAction, create_table_with_add_actions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

    from gamekeeper.store.export import Placed


def register(root: Path, dataset: str, schema: pa.Schema, files: Sequence[Placed]) -> None:
    """Make the table ``root/dataset``."""
    actions = [
        AddAction(
            path=one.path.name,
            size=one.file.size_bytes,
            partition_values={},
            modification_time=int(one.path.stat().st_mtime * 1000),
            data_change=True,
            stats=orjson.dumps({"numRecords": one.file.rows}).decode(),
        )
        for one in files
    ]
    create_table_with_add_actions(
        str((root / dataset).absolute()),
        Schema.from_arrow(schema),
        actions,
        name=dataset,
        description="Events of a Gamekeeper case",
    )
