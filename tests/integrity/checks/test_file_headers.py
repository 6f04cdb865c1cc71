"""File headers that do not fit the log behind them."""

from __future__ import annotations

import struct
from pathlib import Path

from tests.fakes import tampered
from tests.fakes.logs import breaks_of, edited, opened, written

from gamekeeper.model.breaks import Standing


def expect_more(raw: bytearray) -> None:
    struct.pack_into("<Q", raw, 24, 5_700)
    tampered.mend(raw)


def stale(raw: bytearray) -> None:
    """The header of an earlier moment: other next record, count and current chunk, open."""
    struct.pack_into("<QQ", raw, 16, 0, 5_100)
    struct.pack_into("<H", raw, 42, 1)
    opened(raw)
    tampered.mend(raw)


def test_a_closed_log_that_expects_later_records_has_lost_them(tmp_path: Path) -> None:
    log = edited(written(tmp_path / "Sysmon.evtx"), expect_more)
    (found,) = breaks_of([log], "file_headers")
    assert (found.standing, found.cause) == (Standing.LIKELY, "records removed")
    assert found.anomaly.records == (5601, 5699)


def test_an_old_header_of_an_open_log_is_explained(tmp_path: Path) -> None:
    log = edited(written(tmp_path / "Sysmon.evtx"), stale)
    (found,) = breaks_of([log], "file_headers")
    assert (found.standing, found.cause) == (Standing.EXPLAINED, "live copy")
    for part in ("record 5100 next", "counts 1 chunks", "names chunk 0"):
        assert part in found.anomaly.text


def test_a_changed_header_shows_in_its_checksum(tmp_path: Path) -> None:
    def change(raw: bytearray) -> None:
        raw[32] ^= 1

    log = edited(written(tmp_path / "Sysmon.evtx"), change)
    (found,) = breaks_of([log], "file_headers")
    assert (found.standing, found.cause) == (Standing.LIKELY, "header altered")
    edited(log, opened)
    (found,) = breaks_of([log], "file_headers")
    assert found.standing is Standing.EXPLAINED


def test_a_header_that_is_gone_is_possible(tmp_path: Path) -> None:
    def wipe(raw: bytearray) -> None:
        raw[:4096] = bytes(4096)

    (found,) = breaks_of([edited(written(tmp_path / "Sysmon.evtx"), wipe)], "file_headers")
    assert found.standing is Standing.POSSIBLE


def test_bare_chunks_have_no_header_that_could_be_wrong(tmp_path: Path) -> None:
    log = written(tmp_path / "Sysmon.evtx")
    log.write_bytes(log.read_bytes()[4096:])
    assert breaks_of([log], "file_headers", "torn_files", "checksums") == []
