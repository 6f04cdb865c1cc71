"""Rejects as rows: on their way to disk, sorted there, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa

from gamekeeper.engine.runs import Run, RunWriter
from gamekeeper.model.rejects import RAW_LIMIT_BYTES, Reject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY: Final = ("source", "offset")
SCHEMA: Final = pa.schema(
    [
        pa.field("source", pa.int32(), nullable=False),
        pa.field("offset", pa.int64(), nullable=False),
        pa.field("reason", pa.utf8(), nullable=False),
        pa.field("detail", pa.utf8(), nullable=False),
        pa.field("record_id", pa.int64()),
        pa.field("count", pa.int64(), nullable=False),
        pa.field("raw", pa.binary(), nullable=False),
    ]
)
_ROWS: Final = 1024


class RejectWriter:
    """Collects rejects of one unit and writes them as sorted runs."""

    def __init__(self, folder: Path, stem: str) -> None:
        self._runs = RunWriter(folder, stem, KEY)
        self._waiting: list[Reject] = []

    def add(self, reject: Reject) -> None:
        """Take one reject."""
        self._waiting.append(reject)
        if len(self._waiting) >= _ROWS:
            self._flush()

    def finish(self) -> tuple[Run, ...]:
        """Write what is left and return the runs."""
        self._flush()
        return self._runs.finish()

    def _flush(self) -> None:
        self._runs.add(pa.RecordBatch.from_pylist([_row(r) for r in self._waiting], SCHEMA))
        self._waiting.clear()


def _row(reject: Reject) -> dict[str, object]:
    return {
        "source": reject.source,
        "offset": reject.offset,
        "reason": reject.reason,
        "detail": reject.detail.encode("utf-8", "replace").decode(),
        "record_id": reject.record_id,
        "count": reject.count,
        "raw": reject.raw[:RAW_LIMIT_BYTES],
    }


def from_rows(batch: pa.RecordBatch) -> Iterator[Reject]:
    """Yield the rejects of a batch."""
    for row in batch.to_pylist():
        yield Reject(**row)
