"""Records that another one reaches over."""

from __future__ import annotations

from pathlib import Path

from tests.fakes import tampered
from tests.fakes.logs import breaks_of, edited, opened, written

from gamekeeper.model.breaks import Standing


def test_a_record_linked_past_is_proved_and_told_with_what_it_held(tmp_path: Path) -> None:
    log = written(tmp_path / "Sysmon.evtx")
    gone: list[tampered.Place] = []
    edited(log, lambda raw: gone.append(tampered.link_past(raw, 1, 7)))
    (found,) = breaks_of([log], "hidden_records")
    anomaly = found.anomaly
    assert found.standing is Standing.PROVED
    assert (found.cause, anomaly.host, anomaly.records) == (
        "records linked past",
        "host1",
        (gone[0].record, gone[0].record),
    )
    assert (anomaly.start, anomaly.stop) == (gone[0].time, gone[0].time)
    assert "CommandLine: net view" in anomaly.text
    assert [one.offset for one in anomaly.evidence][1] == gone[0].offset


def test_it_is_proved_in_a_log_that_was_open_as_well(tmp_path: Path) -> None:
    log = written(tmp_path / "Sysmon.evtx")
    edited(log, opened)
    edited(log, lambda raw: tampered.link_past(raw, 0, 3))
    (found,) = breaks_of([log], "hidden_records")
    assert found.standing is Standing.PROVED


def test_one_whose_bytes_were_wiped_is_likely(tmp_path: Path) -> None:
    log = written(tmp_path / "Sysmon.evtx")
    edited(log, lambda raw: tampered.link_past(raw, 0, 3, wipe=True))
    (found,) = breaks_of([log], "hidden_records")
    assert found.standing is Standing.LIKELY
    assert "they are wiped" in found.anomaly.text


def test_a_sound_log_hides_nothing(tmp_path: Path) -> None:
    assert breaks_of([written(tmp_path / "Sysmon.evtx")], "hidden_records", "chunk_headers") == []
