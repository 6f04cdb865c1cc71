from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest

from fakes.cases import case_of
from gamekeeper.questions.found import Found
from gamekeeper.questions.timeline import timeline
from gamekeeper.questions.timeline_rows import EventRows, Profile, Wanted, ordered, schema_of
from gamekeeper.store import sorted_runs
from gamekeeper.store.selection import Selection
from gamekeeper.store.snapshot import Snapshot

from .conftest import Made

ROW = {
    "Channel": "Security",
    "EventID": 4647,
    "EventRecordID": 77,
    "Computer": "DC01.example.org",
    "Provider_Name": "Microsoft-Windows-Security-Auditing",
    "TimeCreated": "2026-01-31T08:00:00.123456",
    "TargetUserName": "jellis",
    "Odd": ["x", "y"],
}


@pytest.fixture
def snapshot(tmp_path: Path, made: Made) -> Snapshot:
    with case_of(tmp_path / "case", [made(ROW)]).snapshot() as opened:
        return opened


def only_row(snapshot: Snapshot, wanted: Wanted) -> dict[str, object]:
    answer = timeline(snapshot, Selection(), wanted)
    (batch,) = list(answer.batches)
    assert batch.schema == answer.schema == schema_of(wanted)
    (row,) = batch.to_pylist()
    return row


def test_minimal_is_time_host_and_summary(snapshot: Snapshot) -> None:
    row = only_row(snapshot, Wanted(Profile.MINIMAL))
    assert list(row) == ["@timestamp", "host.name", "message"]
    assert row["host.name"] == "dc01"
    assert row["message"] == "jellis logged off by choice"


def test_standard_names_the_record(snapshot: Snapshot) -> None:
    row = only_row(snapshot, Wanted())
    assert row["user.name"] == "jellis"
    assert (row["winlog.channel"], row["event.code"], row["winlog.record_id"]) == (
        "Security",
        4647,
        77,
    )
    assert (row["event.source"], row["event.offset"]) == (0, 0)
    assert (row["rule.level"], row["rule.name"]) == (None, None)


def test_full_has_all_fields_and_the_path_of_the_log(snapshot: Snapshot) -> None:
    row = only_row(snapshot, Wanted(Profile.FULL))
    assert row["log.file.path"] == "log-0"
    assert row["event.dataset"] == "windows.security"
    fields = json.loads(str(row["fields"]))
    assert fields["TargetUserName"] == "jellis"
    assert fields["Odd"] == ["x", "y"]
    assert fields["Computer"] == "DC01.example.org"


def test_timesketch_has_what_it_asks_for(snapshot: Snapshot) -> None:
    row = only_row(snapshot, Wanted(Profile.TIMESKETCH))
    assert row["message"] == "jellis logged off by choice"
    assert row["timestamp_desc"] == "Event Logged"
    moment = datetime.fromisoformat(str(row["datetime"]))
    assert row["datetime"] == "2026-01-31T08:00:00.123456+00:00"
    assert isinstance(row["timestamp"], int)
    assert row["timestamp"] / 1e6 == pytest.approx(moment.timestamp())


def test_each_zone_is_a_column_behind_the_time(snapshot: Snapshot) -> None:
    row = only_row(snapshot, Wanted(Profile.MINIMAL, zones=("Europe/Berlin", "UTC")))
    assert list(row)[:3] == ["@timestamp", "time Europe/Berlin", "time UTC"]
    assert row["time Europe/Berlin"] == "2026-01-31T09:00:00.123456+01:00"


def test_rows_are_the_same_when_they_do_not_fit_into_memory(
    tmp_path: Path, world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with case_of(tmp_path / "case", world).snapshot() as snapshot:
        wanted, found = Wanted(Profile.FULL), Found([], Selection())

        def told() -> pa.Table:
            rows = EventRows(snapshot, Selection(), wanted, found)
            return pa.Table.from_batches(list(ordered(rows)), rows.schema)

        whole = told()
        assert whole.num_rows == snapshot.rows
        monkeypatch.setattr(sorted_runs, "_RUN_BYTES", 100_000)
        monkeypatch.setattr(sorted_runs.merge_runs, "__defaults__", (100_000,))
        assert told().equals(whole)
