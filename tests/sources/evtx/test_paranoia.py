"""``--paranoid`` finds a difference where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.sources.evtx.conftest import read

from gamekeeper.errors import ParanoiaError
from gamekeeper.model.events import EventBatch
from gamekeeper.sources.evtx.paranoia import compare

if TYPE_CHECKING:
    from pathlib import Path


def test_equal_batches_pass_and_a_changed_field_is_named(log: Path) -> None:
    raw = log.read_bytes()

    def chunk_of(_source: int, offset: int) -> tuple[bytes, int]:
        base = offset - (offset - 4096) % 65536
        return raw[base : base + 65536], base

    (batch,) = read(log, paranoid=False).batches
    compare(batch, chunk_of)
    place = batch.table.schema.get_field_index("ProcessId")
    other = batch.table["Image"]
    changed = batch.table.set_column(place, batch.table.schema.field(place), other)
    with pytest.raises(ParanoiaError, match="ProcessId at byte 4608"):
        compare(EventBatch(batch.dataset, changed), chunk_of)
    with pytest.raises(ParanoiaError, match="dataset"):
        compare(EventBatch("windows.security", batch.table), chunk_of)
