"""What counts as EVTX, and where a file is cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gamekeeper.sources.base import Origin
from gamekeeper.sources.evtx.source import RANGE_BYTES, EvtxSource
from gamekeeper.sources.salvage import Countable, Divisible

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("head", "is_ours"),
    [
        (b"ElfFile\0", True),
        (b"ElfChnk\0", True),
        (b"damaged!".ljust(4096, b"\0") + b"ElfChnk\0", True),
        (b"", False),
        (b'{"Event": 1}', False),
        (b"ElfFile", False),
    ],
)
def test_content_decides(head: bytes, is_ours: bool) -> None:
    assert (EvtxSource().sniff(head, "x.evtx") > 0) is is_ours


@pytest.mark.parametrize("size", [0, 5000, RANGE_BYTES, RANGE_BYTES + 1, 3 * RANGE_BYTES + 70_000])
@pytest.mark.parametrize("head", [b"ElfFile\0", b"ElfChnk\0"])
def test_ranges_cover_a_file_once_and_cut_between_chunks(
    tmp_path: Path, size: int, head: bytes
) -> None:
    path = tmp_path / "log"
    with path.open("wb") as stream:
        stream.write(head)
        stream.truncate(size)
    ranges = EvtxSource().ranges(Origin(0, "log", path, size))
    assert [r.start for r in ranges[1:]] == [r.stop for r in ranges[:-1]]
    assert (ranges[0].start, ranges[-1].stop) == (0, size)
    first = 0 if head == b"ElfChnk\0" else 4096
    assert all((r.start - first) % 65536 == 0 for r in ranges[1:])
    assert [r.is_last for r in ranges] == [False] * (len(ranges) - 1) + [True]


@pytest.mark.parametrize("skip", [0, 4096])
def test_a_range_that_kills_its_reader_is_divided_by_chunks_and_counted(
    log: Path, skip: int
) -> None:
    log.write_bytes(log.read_bytes()[skip:])
    source = EvtxSource()
    (whole,) = source.ranges(Origin(0, "log", log, log.stat().st_size))
    pieces = source.divide(whole)
    assert len(pieces) == (log.stat().st_size - 4096 + skip) // 65536 > 1
    assert [p.start for p in pieces[1:]] == [p.stop for p in pieces[:-1]]
    assert (pieces[0].start, pieces[-1].stop) == (whole.start, whole.stop)
    assert [p.is_last for p in pieces] == [False] * (len(pieces) - 1) + [True]
    assert sum(source.count(piece) for piece in pieces) == source.count(whole) == 600
    assert source.divide(pieces[1]) == [pieces[1]]


def test_the_hunt_knows_that_it_can_divide_and_count() -> None:
    assert isinstance(EvtxSource(), Divisible)
    assert isinstance(EvtxSource(), Countable)
