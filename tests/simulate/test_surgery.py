from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from gamekeeper.simulate.evtx import EvtxWriter
from gamekeeper.simulate.layouts import Envelope, WrittenEvent, event_data
from gamekeeper.simulate.surgery import DIRTY, LogFile
from gamekeeper.simulate.values import TEXT

_LAYOUT = event_data([("Text", TEXT)])
_ENVELOPE = Envelope("Test-Provider", "Test/Operational", 7)


@pytest.fixture
def log(tmp_path: Path) -> LogFile:
    """A file of three chunks whose record ids begin at 100."""
    path = tmp_path / "a.evtx"
    with EvtxWriter(path, first_record_id=100, has_old_bytes=True) as writer:
        for _ in range(400):
            writer.write(WrittenEvent(_ENVELOPE, _LAYOUT, ("x" * 150,), "H", 134 * 10**15))
    return LogFile(path)


def test_records_are_found_in_order(log: LogFile) -> None:
    found = [record.record_id for at in log.chunk_offsets for record in log.records(at)]
    assert len(log.chunk_offsets) > 2
    assert found == list(range(100, 500))


def test_a_header_comes_back_as_it_was_set(log: LogFile) -> None:
    head = log.head()
    assert (head.next_id, head.chunks, head.flags) == (500, len(log.chunk_offsets), 0)
    head.next_id, head.flags = 77, DIRTY
    log.set_head(head)
    assert log.head() == head


def test_sealing_makes_both_checksums_right(log: LogFile) -> None:
    at = log.chunk_offsets[1]
    whole = bytes(log.data)
    log.data[at + 600] ^= 0xFF
    log.seal(at)
    head = log.chunk_head(at)
    assert head.data_crc == zlib.crc32(log.data[at + 512 : at + head.free_offset])
    log.data[at + 600] ^= 0xFF
    log.seal(at)
    assert log.data == whole


def test_a_record_says_its_new_size_at_both_ends(log: LogFile) -> None:
    first, second, *_ = log.records(log.chunk_offsets[0])
    log.resize(first, first.size + second.size)
    assert [record.record_id for record in log.records(log.chunk_offsets[0])][:2] == [100, 102]


def test_a_chunk_keeps_bytes_of_the_one_before(log: LogFile) -> None:
    before, last = log.chunk_offsets[-2:]
    free = log.chunk_head(last).free_offset
    tail = log.data[last + free : last + 65_536]
    assert tail == log.data[before + free : before + 65_536]
    assert b"**\0\0" in tail
