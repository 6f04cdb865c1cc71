"""Records wiped where they stood."""

from __future__ import annotations

from pathlib import Path

from tests.fakes import tampered
from tests.fakes.logs import breaks_of, edited, opened, written

from gamekeeper.model.breaks import Standing


def test_a_blanked_text_under_mended_checksums_is_proved_and_names_the_record(
    tmp_path: Path,
) -> None:
    log = written(tmp_path / "Sysmon.evtx")
    edited(log, lambda raw: tampered.blank_text(raw, 0, 9))
    (found,) = breaks_of([log], "blanked_records")
    assert found.standing is Standing.PROVED
    assert (found.cause, found.anomaly.records) == ("record blanked", (5010, 5010))
    assert found.anomaly.start is not None


def test_a_record_of_zeros_is_proved_and_bounded_by_its_neighbours(tmp_path: Path) -> None:
    log = written(tmp_path / "Sysmon.evtx")
    edited(log, lambda raw: tampered.blank_whole(raw, 0, 9))
    (found,) = breaks_of([log], "blanked_records")
    assert found.standing is Standing.PROVED
    assert found.anomaly.records == (5010, 5010)
    start, stop = found.anomaly.start, found.anomaly.stop
    assert start is not None
    assert stop is not None
    assert stop - start == 2 * 10**7


def test_with_a_checksum_that_does_not_fit_it_is_likely(tmp_path: Path) -> None:
    def blank(raw: bytearray) -> None:
        checksum = raw[4096 + 52 : 4096 + 56]
        tampered.blank_whole(raw, 0, 9)
        raw[4096 + 52 : 4096 + 56] = checksum

    (found,) = breaks_of([edited(written(tmp_path / "Sysmon.evtx"), blank)], "blanked_records")
    assert found.standing is Standing.LIKELY


def test_other_bytes_between_records_are_possible_only(tmp_path: Path) -> None:
    def damaged(raw: bytearray) -> None:
        place = tampered.places(raw)[9]
        raw[place.offset : place.offset + 8] = b"garbage!"
        tampered.mend(raw)

    log = edited(written(tmp_path / "Sysmon.evtx"), damaged)
    (found,) = breaks_of([log], "blanked_records")
    assert found.standing is Standing.POSSIBLE


def test_in_the_chunk_being_written_an_open_log_explains_as_much(tmp_path: Path) -> None:
    log = written(tmp_path / "Sysmon.evtx", 20)
    edited(log, opened)
    edited(log, lambda raw: tampered.blank_whole(raw, 0, 9))
    (found,) = breaks_of([log], "blanked_records")
    assert (found.standing, found.cause) == (Standing.POSSIBLE, "live copy")
