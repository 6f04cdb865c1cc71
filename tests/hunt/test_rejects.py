from __future__ import annotations

from pathlib import Path

from gamekeeper.engine.runs import merge_runs
from gamekeeper.hunt import rejects
from gamekeeper.hunt.rejects import RejectWriter
from gamekeeper.model.rejects import RAW_LIMIT_BYTES, Reject


def test_rejects_come_back_sorted_and_whole(tmp_path: Path) -> None:
    given = [
        Reject(1, 5, "bad_json", "späte Zeile", count=2, raw=b"\xff\0"),
        Reject(0, 9, "bad_chunk", record_id=7),
        *(Reject(0, 5000 - n, "truncated") for n in range(3000)),
    ]
    writer = RejectWriter(tmp_path, "unit")
    for reject in given:
        writer.add(reject)
    runs = writer.finish()
    found = [
        reject
        for table in merge_runs(runs, rejects.KEY)
        for batch in table.to_batches()
        for reject in rejects.from_rows(batch)
    ]
    assert found == sorted(given, key=lambda r: (r.source, r.offset))


def test_hostile_text_and_long_bytes_are_kept_within_bounds(tmp_path: Path) -> None:
    writer = RejectWriter(tmp_path, "unit")
    writer.add(Reject(0, 0, "bad_json", "lone \ud800 surrogate", raw=b"x" * 10_000))
    (run,) = writer.finish()
    (table,) = merge_runs([run], rejects.KEY)
    (found,) = rejects.from_rows(table.to_batches()[0])
    assert found.detail == "lone ? surrogate"
    assert len(found.raw) == RAW_LIMIT_BYTES
