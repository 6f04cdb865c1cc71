from __future__ import annotations

from dataclasses import fields

from gamekeeper.hunt import tables
from gamekeeper.model.findings import Finding, RuleAccount, SourceAccount

FINDING = Finding(
    id="f",
    rule_id="r",
    title="t",
    level="high",
    tactics=("execution",),
    techniques=("T1059",),
    host="h",
    account="a",
    shape="s",
    count=2,
    events=1,
    first_seen=None,
    last_seen=5,
    samples=({"rule.id": "r"},),
)


def test_findings_are_complete_and_empty_ones_have_their_columns() -> None:
    table = tables.findings_table([FINDING])
    assert table.schema == tables.findings_table([]).schema
    assert set(table.column_names) == {field.name for field in fields(Finding)}
    (row,) = table.to_pylist()
    assert row["tactics"] == ["execution"]
    assert row["samples"] == ['{"rule.id":"r"}']
    assert row["first_seen"] is None


def test_accounts_become_rows() -> None:
    rules = tables.rules_table([RuleAccount("r", "t", "low", "matched", matches=3, tags=("x",))])
    assert rules.to_pylist()[0]["matches"] == 3
    source = SourceAccount(0, "p", "ab", 9, "evtx", "", "lossless", 2, 1, 1, notes=("n",))
    assert tables.sources_table([source]).to_pylist()[0]["notes"] == ["n"]
