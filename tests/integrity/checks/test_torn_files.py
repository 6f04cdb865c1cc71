"""Files that are not whole."""

from __future__ import annotations

from pathlib import Path

from tests.fakes.logs import breaks_of, edited, opened, written

from gamekeeper.model.breaks import Standing

CHUNK = 65536


def wipe_second(raw: bytearray) -> None:
    raw[4096 + CHUNK : 4096 + 2 * CHUNK] = bytes(CHUNK)


def test_a_file_that_ends_within_a_chunk_is_possible(tmp_path: Path) -> None:
    log = written(tmp_path / "Sysmon.evtx")
    log.write_bytes(log.read_bytes()[: 4096 + CHUNK + 30_000])
    (found,) = breaks_of([log], "torn_files")
    assert (found.standing, found.anomaly.tampering) == (Standing.POSSIBLE, "file cut off")
    assert "30000 bytes into a chunk" in found.anomaly.text


def test_a_blank_chunk_within_a_closed_log_is_likely(tmp_path: Path) -> None:
    log = edited(written(tmp_path / "Sysmon.evtx"), wipe_second)
    (found,) = breaks_of([log], "torn_files")
    assert (found.standing, found.cause) == (Standing.LIKELY, "chunks wiped")
    assert found.anomaly.evidence[0].offset == 4096 + CHUNK


def test_in_an_open_log_it_was_not_written_yet(tmp_path: Path) -> None:
    log = edited(written(tmp_path / "Sysmon.evtx"), wipe_second)
    edited(log, opened)
    (found,) = breaks_of([log], "torn_files")
    assert (found.standing, found.cause) == (Standing.EXPLAINED, "live copy")


def test_room_set_aside_at_the_end_is_no_break(tmp_path: Path) -> None:
    log = written(tmp_path / "Sysmon.evtx")
    log.write_bytes(log.read_bytes() + bytes(16 * CHUNK))
    assert breaks_of([log], "torn_files") == []


def test_a_place_that_holds_no_chunk_is_possible(tmp_path: Path) -> None:
    def destroy(raw: bytearray) -> None:
        raw[4096 + CHUNK : 4096 + CHUNK + 8] = b"Damaged!"

    (found,) = breaks_of([edited(written(tmp_path / "Sysmon.evtx"), destroy)], "torn_files")
    assert (found.standing, found.anomaly.tampering) == (Standing.POSSIBLE, "chunks destroyed")
