"""Chunk headers that their own records belie."""

from __future__ import annotations

import struct
from pathlib import Path

from tests.fakes import tampered
from tests.fakes.logs import breaks_of, edited, written

from gamekeeper.model.breaks import Standing


def test_numbers_that_skip_under_mended_checksums_are_proved(tmp_path: Path) -> None:
    log = written(tmp_path / "Sysmon.evtx")
    edited(log, lambda raw: tampered.drop_without_renumbering(raw, 0, 9))
    (found,) = breaks_of([log], "chunk_headers")
    assert found.standing is Standing.PROVED
    assert "skip 1 time(s)" in found.anomaly.text


def test_a_count_that_was_left_behind_is_proved(tmp_path: Path) -> None:
    def count_one_more(raw: bytearray) -> None:
        (last,) = struct.unpack_from("<Q", raw, 4096 + 16)
        struct.pack_into("<Q", raw, 4096 + 16, last + 1)
        tampered.mend(raw)

    log = edited(written(tmp_path / "Sysmon.evtx"), count_one_more)
    (found,) = breaks_of([log], "chunk_headers")
    assert found.standing is Standing.PROVED
    assert "records, there are" in found.anomaly.text


def test_with_a_wrong_checksum_it_is_likely(tmp_path: Path) -> None:
    def number_anew(raw: bytearray) -> None:
        raw[4096 + 24] ^= 1

    log = edited(written(tmp_path / "Sysmon.evtx"), number_anew)
    (found,) = breaks_of([log], "chunk_headers")
    assert found.standing is Standing.LIKELY
    assert "as the first record" in found.anomaly.text


def test_chunks_with_gaps_are_left_to_another_check(tmp_path: Path) -> None:
    log = written(tmp_path / "Sysmon.evtx")
    edited(log, lambda raw: tampered.blank_whole(raw, 0, 9))
    assert breaks_of([log], "chunk_headers") == []
