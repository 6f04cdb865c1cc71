from __future__ import annotations

from pathlib import Path

import pytest

from gamekeeper.simulate.evtx import EvtxWriter
from gamekeeper.simulate.layouts import Envelope, WrittenEvent, event_data
from gamekeeper.simulate.surgery import LogFile
from gamekeeper.simulate.tampering.choice import choose_records
from gamekeeper.simulate.values import TEXT


@pytest.mark.parametrize("share", [0, 0.2, 0.5, 0.99])
@pytest.mark.parametrize("count", [1, 5])
@pytest.mark.parametrize("records", [3, 400])
def test_records_are_neighbours_in_one_chunk(
    tmp_path: Path, share: float, count: int, records: int
) -> None:
    layout = event_data([("Text", TEXT)])
    with EvtxWriter(tmp_path / "a.evtx") as writer:
        for _ in range(records):
            writer.write(WrittenEvent(Envelope("P", "C", 7), layout, ("x" * 90,), "H", 10**17))
    log = LogFile(tmp_path / "a.evtx")
    at, before, chosen = choose_records(log, share, count)
    ids = [record.record_id for record in (before, *chosen)]
    assert ids == list(range(ids[0], ids[0] + len(ids)))
    assert 1 <= len(chosen) <= count
    assert at < before.at < at + 65_536
