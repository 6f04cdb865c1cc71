from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from gamekeeper.engine.runs import RunWriter
from gamekeeper.hunt.rejects import RejectWriter
from gamekeeper.hunt.stores import MATCH_KEY, DiskMatches, DiskRejects, DiskTraces
from gamekeeper.hunt.workfolder import WorkFolder
from gamekeeper.model.findings import MATCH_SCHEMA
from gamekeeper.model.rejects import Reject
from gamekeeper.model.traces import TRACE_KEY, TRACE_SCHEMA


def match(time: int | None, source: int, offset: int, rule: int) -> dict[str, object]:
    return {
        "rule": rule,
        "source": source,
        "offset": offset,
        "record_id": None,
        "state": 0,
        "filetime": time,
        "time_assumed": False,
        "host": f"host{source}",
        "user": None,
        "channel": "Security",
        "event_code": 1,
        "event_record_id": 1,
        "fingerprint": bytes(16),
        "fields": "{}",
        "why": "[]",
    }


def test_matches_are_ordered_by_time_event_and_rule_and_can_be_read_twice(tmp_path: Path) -> None:
    work = WorkFolder(str(tmp_path))
    rows = [match(t, s, o, r) for t in (5, None, 3) for s in (1, 0) for o in (7, 2) for r in (1, 0)]
    runs = []
    for at in range(3):
        writer = RunWriter(work.folder("runs"), f"u{at}", MATCH_KEY)
        writer.add(pa.RecordBatch.from_pylist(rows[at::3], MATCH_SCHEMA))
        runs.extend(writer.finish())
    store = DiskMatches(work, runs)
    keys = [
        (r["filetime"], r["source"], r["offset"], r["rule"])
        for batch in store.batches()
        for r in batch.to_pylist()
    ]
    assert keys == sorted(keys, key=lambda k: (k[0] is None, k[0] or 0, *k[1:]))
    assert len(store) == len(keys) == len(rows)
    assert [b.schema for b in store.batches()] == [MATCH_SCHEMA]
    assert list(work.folder("runs").iterdir()) == []  # the runs are merged and gone
    work.close()


def test_no_match_at_all_is_an_empty_store(tmp_path: Path) -> None:
    store = DiskMatches(WorkFolder(str(tmp_path)), [])
    assert len(store) == 0
    assert list(store.batches()) == []


def test_rejects_are_ordered_by_file_and_offset(tmp_path: Path) -> None:
    work = WorkFolder(str(tmp_path))
    writer = RejectWriter(work.folder("runs"), "u")
    for reject in (Reject(1, 0, "b"), Reject(0, 5, "a")):
        writer.add(reject)
    store = DiskRejects(work, writer.finish())
    assert [r.source for r in store] == [r.source for r in store] == [0, 1]
    assert len(store) == 2


def test_traces_of_many_thousands_come_in_one_batch_whose_dictionary_is_read_once(
    tmp_path: Path,
) -> None:
    work = WorkFolder(str(tmp_path))
    writer = RunWriter(work.folder("runs"), "u", TRACE_KEY)
    rows = [
        {"filetime": at, "source": 0, "offset": at, "role": 2, "is_sysmon": True, "guid": f"{at}"}
        for at in range(10_000)
    ]
    writer.add(pa.RecordBatch.from_pylist(rows, TRACE_SCHEMA))
    (found,) = DiskTraces(work, writer.finish()).batches()
    assert found.column("guid").to_pylist() == [row["guid"] for row in rows]


def test_traces_are_the_runs_of_workers_and_can_be_read_in_columns(tmp_path: Path) -> None:
    work = WorkFolder(str(tmp_path))
    runs = []
    for number in range(2):
        writer = RunWriter(work.folder("runs"), f"u{number}", TRACE_KEY)
        row = {"filetime": 9 - number, "source": number, "offset": 0, "role": 1, "is_sysmon": True}
        writer.add(pa.RecordBatch.from_pylist([row, row], TRACE_SCHEMA))
        runs += writer.finish()
    store = DiskTraces(work, runs)
    work.drop("runs")
    for _ in range(2):
        found = [batch.to_pydict() for batch in store.batches(["source", "filetime"])]
        assert found == [
            {"source": [0, 0], "filetime": [9, 9]},
            {"source": [1, 1], "filetime": [8, 8]},
        ]
    assert len(store) == 4
    assert store.folder.parent == work.path
    work.close()
