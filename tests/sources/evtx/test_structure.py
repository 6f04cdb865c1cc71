"""What the bytes of chunks say beside their records."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from tests.fakes import tampered
from tests.sources.evtx.conftest import ReadBack, process, read

from gamekeeper.simulate.evtx import EvtxWriter

CHUNK = 65536


def evidence(path: Path) -> dict[str, object]:
    (tally,) = read(path).tallies
    return tally.evidence


def found(path: Path, kind: str) -> list[dict[str, object]]:
    kept = evidence(path).get(kind, [])
    assert isinstance(kept, list)
    return kept


def edited(log: Path) -> bytearray:
    return bytearray(log.read_bytes())


def test_a_sound_log_shows_chunks_and_nothing_odd(log: Path) -> None:
    told = evidence(log)
    chunks = (log.stat().st_size - 4096) // CHUNK
    assert told["layout"] == [[4096, chunks, "chunk"]]
    assert told["newest_chunk"] == [[4096 + (chunks - 1) * CHUNK, 600]]
    assert told["number_shifts"] == [[4096, 0]]
    odd = {"hidden_records", "gaps", "blanked_records", "stale_records", "chunk_faults"}
    assert not odd & told.keys()


def test_a_record_that_another_reaches_over_is_read_from_its_remains(log: Path) -> None:
    raw = edited(log)
    gone = tampered.link_past(raw, 1, 7)
    log.write_bytes(raw)
    (hidden,) = found(log, "hidden_records")
    (inside,) = hidden["swallowed"]  # type: ignore[misc]
    assert hidden["record"] == gone.record - 1
    assert (inside["offset"], inside["record"]) == (gone.offset, gone.record)  # type: ignore[index]
    assert inside["code"] == 1  # type: ignore[index]
    assert ["ProcessId", str(gone.record - 1)] in inside["fields"]  # type: ignore[index]


def test_several_records_in_a_row_are_all_found(log: Path) -> None:
    raw = edited(log)
    gone = [tampered.link_past(raw, 0, 4) for _ in range(3)]
    log.write_bytes(raw)
    (hidden,) = found(log, "hidden_records")
    inside = hidden["swallowed"]
    assert isinstance(inside, list)
    assert [one["offset"] for one in inside] == [one.offset for one in gone]


def test_a_wiped_one_leaves_its_room(log: Path) -> None:
    raw = edited(log)
    gone = tampered.link_past(raw, 0, 4, wipe=True)
    log.write_bytes(raw)
    (hidden,) = found(log, "hidden_records")
    assert "swallowed" not in hidden
    assert hidden["fill"] == 0
    assert gone.size <= int(str(hidden["bytes"])) <= gone.size + 8


def test_recovery_gives_the_hidden_record_as_an_event(log: Path) -> None:
    raw = edited(log)
    gone = tampered.link_past(raw, 0, 4)
    log.write_bytes(raw)
    back: ReadBack = read(log, recover=True)
    (stale,) = [row for row in back.rows if row["event.state"] == 1]
    assert (stale["event.offset"], stale["EventRecordID"]) == (gone.offset, gone.record)
    assert back.counts == (599, 599, 0)


def test_a_text_of_zeros_in_a_whole_record_is_told_apart_from_damage(log: Path) -> None:
    raw = edited(log)
    place = tampered.blank_text(raw, 0, 9)
    log.write_bytes(raw)
    (blank,) = found(log, "blanked_records")
    assert (blank["offset"], blank["record"], blank["fill"]) == (place.offset, place.record, 0)


def test_a_record_of_zeros_is_a_gap_between_its_neighbours(log: Path) -> None:
    raw = edited(log)
    place = tampered.blank_whole(raw, 0, 9)
    log.write_bytes(raw)
    (gap,) = found(log, "gaps")
    assert gap == {
        "offset": place.offset,
        "bytes": place.size,
        "fill": 0,
        "before": place.record - 1,
        "after": place.record + 1,
        "times": [place.time - 10**7, place.time + 10**7],
    }


def test_a_header_that_its_records_belie_says_what_it_claims(log: Path) -> None:
    raw = edited(log)
    tampered.drop_without_renumbering(raw, 0, 9)
    log.write_bytes(raw)
    (fault,) = found(log, "chunk_faults")
    claimed, held = fault["records"]  # type: ignore[misc]
    assert claimed == held + 1  # type: ignore[has-type]
    assert fault["id_steps"] == 1
    assert "data_crc" not in fault


def test_records_behind_the_free_space_are_told_in_runs(log: Path) -> None:
    raw = edited(log)
    last = (len(raw) - 4096) // CHUNK - 1
    gone = tampered.cut_tail(raw, last, 2)
    log.write_bytes(raw)
    (run,) = found(log, "stale_records")
    assert run["ids"] == [gone[0].record, gone[-1].record]
    assert run["times"] == [gone[0].time, gone[-1].time]
    assert run["held"]["code"] == 1  # type: ignore[index]
    assert evidence(log)["stale_records_count"] == 2


def test_a_stale_record_that_lives_on_under_another_id_is_a_clash(log: Path) -> None:
    raw = edited(log)
    last = (len(raw) - 4096) // CHUNK - 1
    tampered.cut_tail(raw, last, 2)
    copied = tampered.places(raw, last)[0]
    end = tampered.places(raw, last)[-1].end
    raw[end : end + copied.size] = raw[copied.offset : copied.end]
    struct.pack_into("<Q", raw, end + 8, copied.record + 1)
    log.write_bytes(raw)
    clash = found(log, "stale_records")[0]["clash"]
    assert clash == {
        "stale_id": copied.record + 1,
        "live_id": copied.record,
        "time": copied.time,
        "count": 1,
    }


def test_a_stale_record_of_the_instant_of_the_first_one_is_no_clash(log: Path) -> None:
    """Its own live record may stand in a chunk before those that are looked at."""
    raw = edited(log)
    last = (len(raw) - 4096) // CHUNK - 1
    tampered.cut_tail(raw, last, 2)
    first = tampered.places(raw, 0)[0]
    end = tampered.places(raw, last)[-1].end
    raw[end : end + first.size] = raw[first.offset : first.end]
    struct.pack_into("<Q", raw, end + 8, first.record - 1)
    log.write_bytes(raw)
    assert "clash" not in found(log, "stale_records")[0]


def test_blank_and_foreign_places_are_runs_of_the_layout(log: Path) -> None:
    raw = edited(log)
    raw[4096 + CHUNK : 4096 + CHUNK + 8] = b"Damaged!"
    log.write_bytes(raw + bytes(2 * CHUNK))
    layout = evidence(log)["layout"]
    assert isinstance(layout, list)
    assert [(count, kind) for _, count, kind in layout][:2] == [(1, "chunk"), (1, "foreign")]
    assert layout[-1] == [len(raw), 2, "blank"]


def test_records_without_a_header_time_are_counted(log: Path) -> None:
    raw = edited(log)
    for place in tampered.places(raw)[:3]:
        raw[place.offset + 16 : place.offset + 24] = bytes(8)
    tampered.mend(raw)
    log.write_bytes(raw)
    assert evidence(log)["undated_records"] == 3


def test_of_many_findings_some_are_kept_and_all_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "Many.evtx"
    with EvtxWriter(path) as writer:
        for number in range(300):
            writer.write(process(number))
    raw = edited(path)
    for chunk in range((len(raw) - 4096) // CHUNK):
        for place in tampered.places(raw, chunk)[1::2]:
            raw[place.offset : place.end] = bytes(place.size)
    tampered.mend(raw)
    path.write_bytes(raw)
    told = evidence(path)
    assert len(found(path, "gaps")) == 64
    assert told["gaps_count"] == pytest.approx(150, abs=10)
