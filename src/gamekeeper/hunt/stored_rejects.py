"""Rejects of a case, brought into the form in which a hunt sorts its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from gamekeeper.engine.runs import Run, RunWriter
from gamekeeper.hunt import rejects
from gamekeeper.store.records import Kind

if TYPE_CHECKING:
    from pathlib import Path

    from gamekeeper.store.snapshot import Snapshot


def stored_rejects(snapshot: Snapshot, folder: Path) -> tuple[Run, ...]:
    """Return all rejects of the case as sorted runs."""
    writer = RunWriter(folder, "stored-rejects", rejects.KEY)
    for file in snapshot.of_kind(Kind.REJECTS):
        with pq.ParquetFile(snapshot.layout.path(file.path)) as stored:
            for batch in stored.iter_batches():
                writer.add(batch.rename_columns(rejects.SCHEMA.names))
    return writer.finish()
