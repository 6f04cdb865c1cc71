"""Parts of script blocks, found in columns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fakes.cases import case_of
from fakes.processes import batches
from fakes.scripts import CORE, block_id, part
from gamekeeper.questions.scripts import parts as script_parts
from gamekeeper.questions.scripts.parts import parts_of, read_blocks
from gamekeeper.store.selection import Selection


def test_blocks_come_in_the_order_of_their_first_events_and_parts_in_order_of_time(
    tmp_path: Path,
) -> None:
    events = [
        part(5, 2, "x"),
        part(3, 1, "b", (2, 2)),
        part(1, 1, "a", (1, 2)),
        part(4, block_id(1).upper(), "c", (1, 2)),
        part(2, 1, "other channel", channel=CORE),
        part(2.5, 1, "other host", host="WS-02"),
        part(6, "no guid", "odd"),
        part(7, "NO GUID", "odd"),
        part(8, "other", "odd"),
    ]
    with case_of(tmp_path / "case", batches(events)).snapshot() as snapshot:
        parts = parts_of(snapshot, Selection())
        read = list(read_blocks(snapshot, Selection(), parts, np.arange(len(parts))))
    assert [
        [fields["ScriptBlockText"] for fields in fields_of] for one in read for _, fields_of in one
    ] == [["a", "b", "c"], ["other channel"], ["other host"], ["x"], ["odd", "odd"], ["odd"]]
    assert parts.left_out == 0


def test_more_parts_than_any_script_has_are_left_out_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script_parts, "MOST_PARTS", 3)
    events = [part(n, 1, str(n), (n, 9)) for n in range(1, 6)] + [part(2, 2, "whole")]
    with case_of(tmp_path / "case", batches(events)).snapshot() as snapshot:
        parts = parts_of(snapshot, Selection())
    assert np.diff(parts.starts).tolist() == [3, 1]
    assert parts.left_out == 2


def test_a_case_without_scripts_has_no_blocks(tmp_path: Path) -> None:
    with case_of(tmp_path / "case", batches([])).snapshot() as snapshot:
        assert len(parts_of(snapshot, Selection())) == 0
