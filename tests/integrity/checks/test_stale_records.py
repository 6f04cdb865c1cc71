"""Remains behind the end of a chunk's records."""

from __future__ import annotations

import struct
from pathlib import Path

from tests.fakes import tampered
from tests.fakes.logs import breaks_of, edited, opened, written

from gamekeeper.model.breaks import Standing


def cut_back(raw: bytearray) -> None:
    tampered.cut_tail(raw, 0, 5)


def leave(raw: bytearray, places: list[bytes], *, at: int) -> None:
    """Put remains behind the free space of the first chunk."""
    for one in places:
        raw[at : at + len(one)] = one
        at += len(one)


def test_a_log_cut_back_is_likely_and_tells_what_stood_there(tmp_path: Path) -> None:
    log = edited(written(tmp_path / "Sysmon.evtx", 60), cut_back)
    (found,) = breaks_of([log], "stale_records")
    assert (found.standing, found.cause) == (Standing.LIKELY, "log cut back")
    assert found.anomaly.records == (5056, 5060)
    assert "CommandLine" in found.anomaly.text


def test_in_an_open_log_records_not_yet_counted_look_the_same(tmp_path: Path) -> None:
    log = edited(written(tmp_path / "Sysmon.evtx", 60), cut_back)
    edited(log, opened)
    (found,) = breaks_of([log], "stale_records")
    assert (found.standing, found.cause) == (Standing.POSSIBLE, "live copy")


def test_remains_of_a_record_that_the_log_lacks_are_likely(tmp_path: Path) -> None:
    log = written(tmp_path / "Sysmon.evtx", 60)

    def remove(raw: bytearray) -> None:
        gone = tampered.places(raw)[30]
        copy = bytes(raw[gone.offset : gone.end])
        end = tampered.places(raw)[-1].end
        tampered.drop_without_renumbering(raw, 0, 30)
        leave(raw, [copy], at=end)

    (found,) = breaks_of([edited(log, remove)], "stale_records")
    assert (found.standing, found.cause) == (Standing.LIKELY, "records removed")
    assert found.anomaly.records == (5031, 5031)


def test_a_log_numbered_anew_is_betrayed_by_what_stood_there_before(tmp_path: Path) -> None:
    log = written(tmp_path / "Sysmon.evtx", 60)

    def renumber(raw: bytearray) -> None:
        last = tampered.places(raw)[-1]
        before = bytes(raw[last.offset : last.end])
        tampered.link_past(raw, 0, 30)
        leave(raw, [before], at=last.end)

    found = breaks_of([edited(log, renumber)], "stale_records")
    assert ["records renumbered", Standing.LIKELY] in [[one.cause, one.standing] for one in found]


def test_lower_numbers_are_the_previous_life_and_no_break(tmp_path: Path) -> None:
    log = written(tmp_path / "Sysmon.evtx", 60)

    def older(raw: bytearray) -> None:
        place = tampered.places(raw)[3]
        copy = bytearray(raw[place.offset : place.end])
        struct.pack_into("<QQ", copy, 8, 70, place.time - 10**12)
        leave(raw, [bytes(copy)], at=tampered.places(raw)[-1].end)

    assert breaks_of([edited(log, older)], "stale_records") == []


def test_remains_in_an_export_are_of_other_logs(tmp_path: Path) -> None:
    log = written(tmp_path / "Sysmon.evtx", 60)

    def export(raw: bytearray) -> None:
        for at, place in enumerate(tampered.places(raw), 1):
            struct.pack_into("<Q", raw, place.offset + 8, at)
        struct.pack_into("<QQ", raw, 4096 + 24, 1, 60)
        struct.pack_into("<Q", raw, 24, 61)
        tampered.cut_tail(raw, 0, 5)

    (found,) = breaks_of([edited(log, export)], "stale_records")
    assert (found.standing, found.cause) == (Standing.EXPLAINED, "export")
