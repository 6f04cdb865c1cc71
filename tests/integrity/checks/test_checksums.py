"""Chunks whose checksums are wrong."""

from __future__ import annotations

from pathlib import Path

from tests.fakes.logs import breaks_of, edited, opened, written

from gamekeeper.model.breaks import Standing

CHUNK = 65536


def flip_in_first(raw: bytearray) -> None:
    raw[4096 + 700] ^= 1


def flip_in_last(raw: bytearray) -> None:
    raw[len(raw) - CHUNK + 700] ^= 1


def test_a_changed_byte_in_a_closed_log_is_likely(tmp_path: Path) -> None:
    log = edited(written(tmp_path / "Sysmon.evtx"), flip_in_first)
    (found,) = breaks_of([log], "checksums")
    assert found.standing is Standing.LIKELY
    assert found.anomaly.records[0] == 5001
    assert found.anomaly.evidence[0].offset == 4096


def test_in_a_log_that_was_open_it_is_never_more_than_possible(tmp_path: Path) -> None:
    log = edited(written(tmp_path / "Sysmon.evtx"), opened)
    edited(log, flip_in_first)
    (found,) = breaks_of([log], "checksums")
    assert found.standing is Standing.POSSIBLE


def test_of_the_chunk_being_written_it_is_explained(tmp_path: Path) -> None:
    log = edited(written(tmp_path / "Sysmon.evtx"), opened)
    edited(log, flip_in_last)
    (found,) = breaks_of([log], "checksums")
    assert (found.standing, found.cause) == (Standing.EXPLAINED, "live copy")


def test_a_file_damaged_in_other_places_speaks_for_damage(tmp_path: Path) -> None:
    def damage(raw: bytearray) -> None:
        flip_in_first(raw)
        raw[4096 + CHUNK : 4096 + CHUNK + 8] = b"Damaged!"

    log = edited(written(tmp_path / "Sysmon.evtx"), damage)
    (found,) = breaks_of([log], "checksums")
    assert (found.standing, found.cause) == (Standing.POSSIBLE, "damage")


def test_a_chunk_that_keeps_no_checksum_is_no_break(tmp_path: Path) -> None:
    def keep_none(raw: bytearray) -> None:
        raw[4096 + 120] |= 2
        flip_in_first(raw)

    assert breaks_of([edited(written(tmp_path / "Sysmon.evtx"), keep_none)], "checksums") == []
