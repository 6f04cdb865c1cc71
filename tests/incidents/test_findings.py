from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from gamekeeper.incidents.findings import group
from gamekeeper.incidents.grouping import Grouper, Limits
from gamekeeper.model.findings import MATCH_SCHEMA, Finding, RuleAccount, SourceAccount

from .conftest import BASE, MakeBatch, row

Rules = tuple[RuleAccount, ...]
Sources = tuple[SourceAccount, ...]


def test_equal_hits_are_one_finding(rules: Rules, sources: Sources, batch: MakeBatch) -> None:
    rows = [{"time": time, "offset": time} for time in range(400)]
    [finding] = group([batch(rows)], rules, sources)
    assert (finding.count, finding.events) == (400, 400)
    assert (finding.first_seen, finding.last_seen) == (BASE, BASE + 399 * 10_000_000)
    assert (finding.rule_id, finding.title, finding.level) == ("r-0", "A shell", "medium")
    assert finding.tactics == ("execution",)
    assert finding.techniques == ("T1059.003",)
    assert [sample["source.offset"] for sample in finding.samples] == [0, 1, 2, 3, 399]


def test_copies_of_an_event_count_once(rules: Rules, sources: Sources, batch: MakeBatch) -> None:
    rows = [
        {"time": time, "event": str(time), "source": copy} for time in range(3) for copy in (0, 1)
    ]
    for parts in ([batch(rows)], [batch([one]) for one in rows]):
        [finding] = group(parts, rules, sources)
        assert (finding.count, finding.events) == (6, 3)
        assert [sample["event.id"] for sample in finding.samples] == ["0:4096"] * 3


def test_severity_comes_first_then_time_and_unknown_times_last(
    rules: Rules, sources: Sources, batch: MakeBatch
) -> None:
    rows: list[dict[str, Any]] = [
        {"host": "none", "time": None},
        {"host": "early", "time": 1},
        {"host": "late", "time": 2},
        {"host": "worst", "time": 3, "rule": 1},
    ]
    hosts = [finding.host for finding in group([batch(rows)], rules, sources)]
    assert hosts == ["worst", "early", "late", "none"]


def test_events_without_time_are_counted_too(
    rules: Rules, sources: Sources, batch: MakeBatch
) -> None:
    rows = [{"time": None, "event": name} for name in "aabca"]
    [finding] = group([batch(rows[:3]), batch(rows[3:])], rules, sources)
    assert (finding.count, finding.events) == (5, 3)
    assert (finding.first_seen, finding.last_seen) == (None, None)


def test_nothing_gives_nothing(rules: Rules, sources: Sources, batch: MakeBatch) -> None:
    assert group([], rules, sources) == ()
    assert group([batch([])], rules, sources) == ()


def test_nothing_is_lost_where_shapes_are_too_many(
    rules: Rules, sources: Sources, batch: MakeBatch
) -> None:
    rows = [{"time": n, "fields": {"CommandLine": "x" * n}} for n in range(50)]
    grouper = Grouper(rules, Limits(shapes_per_host=10))
    findings = group([batch(rows)], rules, sources, grouper=grouper)
    assert len(findings) == 11
    assert sum(finding.count for finding in findings) == 50
    others = [finding for finding in findings if finding.shape.startswith("(other")]
    assert [finding.count for finding in others] == [40]


Given = dict[str, Any]
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "time": st.integers(0, 4),
            "event": st.sampled_from("abcd"),
            "rule": st.integers(0, 1),
            "host": st.sampled_from(["a", "A.x", "b", None]),
        }
    ),
    max_size=40,
)


def slow_truth(rows: list[Given]) -> dict[tuple[int, str], tuple[int, int]]:
    found: dict[tuple[int, str], list[tuple[int, str]]] = {}
    for given_row in rows:
        host = (given_row["host"] or "").partition(".")[0].lower()
        events = found.setdefault((given_row["rule"], host), [])
        events.append((given_row["time"], given_row["event"]))
    return {key: (len(events), len(set(events))) for key, events in found.items()}


@hypothesis_settings(max_examples=60, deadline=None)
@given(rows=ROWS, cut=st.integers(1, 10))
def test_counts_equal_the_slow_truth(rows: list[Given], cut: int) -> None:
    rows.sort(key=lambda given_row: given_row["time"])
    rules = tuple(RuleAccount(f"r-{n}", "A", "low", "matched") for n in range(2))
    source = SourceAccount(0, "p", "", 1, "evtx", "", "", 1, 1, 0)
    parts = [
        pa.RecordBatch.from_pylist([row(**r) for r in rows[i : i + cut]], schema=MATCH_SCHEMA)
        for i in range(0, len(rows), cut)
    ]
    findings = group(parts, rules, [source])
    assert {key(finding): (finding.count, finding.events) for finding in findings} == slow_truth(
        rows
    )


def key(finding: Finding) -> tuple[int, str]:
    return int(finding.rule_id.removeprefix("r-")), finding.host.lower()


@pytest.mark.slow
def test_hostile_floods_stay_within_their_memory() -> None:
    """A million unlike matches in one instant; 300 MiB bounds ten million of them as well."""
    script = pytest.importorskip("resource")
    before = script.getrusage(script.RUSAGE_SELF).ru_maxrss
    rules = (RuleAccount("r-0", "A", "low", "matched"),)
    source = SourceAccount(0, "p", "", 1, "evtx", "", "", 1, 1, 0)
    findings = group(flood(1_000_000), rules, [source])
    grown_kib = script.getrusage(script.RUSAGE_SELF).ru_maxrss - before
    assert sum(finding.count for finding in findings) == 1_000_000
    assert sum(finding.events for finding in findings) == 1_000_000
    assert grown_kib < 300 * 1024


def flood(count: int) -> Any:
    size = 50_000
    model = pa.RecordBatch.from_pylist([row()] * size, schema=MATCH_SCHEMA)
    for start in range(0, count, size):
        numbers = range(start, start + size)
        columns = {name: model[name] for name in MATCH_SCHEMA.names}
        columns["host"] = pa.array([f"h{n}" for n in numbers]).dictionary_encode()
        columns["fields"] = pa.array([f'{{"x":"{n:o}z{n:b}"}}' for n in numbers])
        prints = [n.to_bytes(16, "big") for n in numbers]
        columns["fingerprint"] = pa.array(prints, pa.binary(16))
        yield pa.RecordBatch.from_pydict(columns, schema=MATCH_SCHEMA)
