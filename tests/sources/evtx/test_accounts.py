"""The accounts of ranges: what a chunk says goes to its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from gamekeeper.sources.base import Origin, Range
from gamekeeper.sources.evtx.accounts import Account, Slots

CHUNK = 65536


def account(number: int) -> Account:
    return Account(Range(Origin(number, f"{number}.evtx", Path("x"), 0), 0, 0))


def test_chunks_are_found_again_by_slot_and_by_place() -> None:
    buf = np.arange(4 * CHUNK, dtype=np.uint8)
    slots, one, two = Slots(buf), account(1), account(2)
    slots.enter(one, 4096, CHUNK + 100)
    slots.enter(two, 0, CHUNK)
    assert len(slots) == 3
    assert slots.sizes.tolist()[:3] == [CHUNK, 100, CHUNK]
    assert slots.sources.tolist() == [1, 1, 2]
    assert slots.offsets.tolist() == [4096, 4096 + CHUNK, 0]
    assert slots.place(1) == (1, 4096 + CHUNK)
    assert slots.account(2) is two
    assert len(slots.bytes_of(1)) == 100
    chunk, place = slots.chunk_of(1, 4096 + CHUNK + 50)
    assert (len(chunk), place) == (100, 4096 + CHUNK)


def test_what_a_short_chunk_lacks_reads_as_zeros() -> None:
    buf = np.full(2 * CHUNK, 7, np.uint8)
    slots = Slots(buf)
    slots.enter(account(1), 0, 10)
    assert not buf[10:CHUNK].any()
    assert buf[CHUNK:].all()


def test_room_ends_with_the_buffer() -> None:
    slots = Slots(np.zeros(2 * CHUNK + 64, np.uint8))
    assert len(slots.room(10 * CHUNK)) == 2 * CHUNK
    slots.enter(account(1), 0, CHUNK)
    assert len(slots.room(10 * CHUNK)) == CHUNK
    slots.clear()
    assert len(slots.room(100)) == 100


def test_record_numbers_that_follow_each_other_are_one_run() -> None:
    one = account(1)
    for first, last in ((1, 90), (91, 180), (200, 250)):
        one.add_run(first, last)
    assert one.runs == [[1, 180], [200, 250]]


def test_the_time_that_an_archive_gives_a_file_is_told_with_its_header() -> None:
    origin = Origin(1, "a.zip!1.evtx", Path("x"), 0, modified=133_000_000_010_000_000)
    told = Account(Range(origin, 0, 0), head=bytes(128)).tally().evidence
    assert told["modified"] == 133_000_000_010_000_000
    assert "modified" not in Account(Range(origin, 9, 9)).tally().evidence
