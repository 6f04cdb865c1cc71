from __future__ import annotations

from pathlib import Path

from gamekeeper.simulate.deeds import Act
from gamekeeper.simulate.evtx import EvtxWriter
from gamekeeper.simulate.layouts import Envelope, WrittenEvent, event_data
from gamekeeper.simulate.ring import turn
from gamekeeper.simulate.surgery import LogFile
from gamekeeper.simulate.values import TEXT


def _write(path: Path, records: int) -> int:
    layout = event_data([("Text", TEXT)])
    with EvtxWriter(path, first_record_id=50) as writer:
        for number in range(records):
            event = WrittenEvent(Envelope("P", "C", 7), layout, ("x" * 90,), "H", 10**17 + number)
            writer.write(event)
    return len(LogFile(path).chunk_offsets)


def test_a_ring_loses_its_oldest_chunks(tmp_path: Path) -> None:
    chunks = _write(tmp_path / "a.evtx", 1500)
    act = Act("rotation", True, "H", ["C"], files=["a.evtx"])
    written = {"a.evtx": 1500}
    turn(act, 0.5, tmp_path, written)
    log = LogFile(tmp_path / "a.evtx")
    assert len(log.chunk_offsets) == log.head().chunks == chunks // 2
    left = [record.record_id for at in log.chunk_offsets for record in log.records(at)]
    assert (act.record_from, act.record_to) == (50, min(left) - 1)
    assert len(left) == written["a.evtx"] == 1550 - min(left)
    assert act.stop - act.start == min(left) - 51


def test_a_log_of_one_chunk_is_left_alone(tmp_path: Path) -> None:
    _write(tmp_path / "a.evtx", 5)
    whole = (tmp_path / "a.evtx").read_bytes()
    turn(Act("rotation", True, "H", ["C"], files=["a.evtx"]), 0.5, tmp_path, {"a.evtx": 5})
    assert (tmp_path / "a.evtx").read_bytes() == whole
