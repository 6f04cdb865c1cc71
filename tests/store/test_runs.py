from __future__ import annotations

import pyarrow as pa

from gamekeeper.model.findings import MATCH_SCHEMA
from gamekeeper.store.case import Case
from gamekeeper.store.commit import Writer
from gamekeeper.store.runs import KEPT_MATCHES, NewRun, RuleName, findings, publish, runs


def matches(*rules: int) -> pa.RecordBatch:
    rows = [
        {
            "rule": rule,
            "source": 0,
            "offset": at,
            "state": 0,
            "time_assumed": False,
            "host": "dc01",
            "fingerprint": b"0123456789abcdef",
            "fields": "{}",
            "why": "[]",
        }
        for at, rule in enumerate(rules)
    ]
    return pa.RecordBatch.from_pylist(rows, MATCH_SCHEMA)


def keep(case: Case, *rules: int, is_whole: bool = True) -> int:
    names = [RuleName(f"id-{n}", f"title {n}", "high") for n in range(3)]
    run = NewRun(
        batch=2,
        rules="digest",
        is_whole=is_whole,
        summary=b'{"totals": {"matches": 1}}',
        findings=[("f1", b'{"id": "f1"}'), ("f0", b'{"id": "f0"}')],
        names=names,
        matches=[matches(*rules)] if rules else [],
    )
    with Writer(case) as writer:
        return publish(writer, run)


def kept(case: Case) -> list[str]:
    with case.snapshot() as snapshot:
        found = list(snapshot.matches())
        assert all(batch.schema.equals(KEPT_MATCHES) for batch in found)
        return [name for batch in found for name in batch.column("rule.id").to_pylist()]


def test_a_run_is_kept_with_its_findings_in_order(case: Case) -> None:
    assert keep(case, 2, 0) == 1
    manifest = case.manifest()
    (run,) = runs(manifest)
    assert (run.batch, run.rules, run.summary) == (2, "digest", {"totals": {"matches": 1}})
    assert [one["id"] for one in findings(manifest, 1)] == ["f1", "f0"]
    manifest.close()
    assert kept(case) == ["id-2", "id-0"]


def test_a_whole_run_replaces_and_a_part_adds(case: Case) -> None:
    keep(case, 0)
    keep(case, 1, 1, is_whole=False)
    assert kept(case) == ["id-0", "id-1", "id-1"]
    keep(case, 2)
    assert kept(case) == ["id-2"]
    keep(case)
    assert kept(case) == []
    manifest = case.manifest()
    assert [run.number for run in runs(manifest)] == [1, 2, 3, 4]
    manifest.close()
