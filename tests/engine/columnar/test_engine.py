"""The fast engine equals the slow truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings

from fakes.generated import CHANNEL, batch_of, batches, nodes, plans
from fakes.generated import events as generated_events
from gamekeeper.engine.base import Engine, Matches
from gamekeeper.engine.columnar import ColumnarEngine
from gamekeeper.engine.columnar import engine as module
from gamekeeper.engine.reference import ReferenceEngine
from gamekeeper.model.build import Event
from gamekeeper.model.events import EventBatch
from gamekeeper.rules.ir import LogSource, Node, Not, Op, Predicate, Rule, RuleSet
from gamekeeper.rules.load import load_rules
from gamekeeper.rules.plan import BoundRule, Plan, Route
from gamekeeper.rules.routing import build_plan
from gamekeeper.sources import registry
from gamekeeper.sources.base import Origin, ReadOptions

#: Rows of each kind of event that the slow truth is asked about: it takes some 10 ms a row,
#: a minute for all that are sampled here.
_ROWS_A_KIND = 60


def pairs(matches: Matches) -> list[tuple[int, int]]:
    return list(zip(matches.row.tolist(), matches.rule.tolist(), strict=True))


def assert_equal(fast: Engine, slow: Engine, batch: EventBatch) -> None:
    assert pairs(fast.match(batch)) == pairs(slow.match(batch))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plan=plans(), batch=batches)
def test_it_finds_what_the_reference_finds(plan: Plan, batch: EventBatch) -> None:
    assert_equal(ColumnarEngine(plan), ReferenceEngine(plan), batch)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plan=plans(), batch=batches)
def test_parts_of_a_batch_give_the_parts_of_its_matches(plan: Plan, batch: EventBatch) -> None:
    engine = ColumnarEngine(plan)
    whole = pairs(engine.match(batch))
    middle = len(batch) // 2
    first, second = batch.table.slice(0, middle), batch.table.slice(middle)
    found = pairs(engine.match(EventBatch(batch.dataset, first)))
    later = pairs(engine.match(EventBatch(batch.dataset, second)))
    assert found + [(row + middle, rule) for row, rule in later] == whole


def test_a_hundred_thousand_pairs_of_rule_and_event_agree() -> None:
    """Every one of some hundred generated rules against every one of as many events, in one batch."""
    conditions: list[Node] = []
    made: list[Event] = []

    @settings(
        max_examples=340,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(condition=nodes, event=generated_events)
    def collect(condition: Node, event: Event) -> None:
        conditions.append(condition)
        made.append(event)

    collect()
    plan, batch = plan_of(*conditions), batch_of(made)
    assert len(conditions) * len(batch) >= 100_000
    slow = pairs(ReferenceEngine(plan).match(batch))
    assert pairs(ColumnarEngine(plan).match(batch)) == slow
    assert len(slow) > 1_000


def plan_of(*conditions: Node) -> Plan:
    rules = tuple(Rule(str(i), "", "low", "", LogSource(), c) for i, c in enumerate(conditions))
    route = Route("windows.sysmon")
    return Plan(RuleSet(rules), tuple(BoundRule(i, route, c) for i, c in enumerate(conditions)))


def events(*fields: dict[str, str]) -> EventBatch:
    system = {"Channel": CHANNEL, "Computer": "host"}
    return batch_of([Event(0, 0, event_id=1, system=system, data=list(f.items())) for f in fields])


def test_rows_that_were_filtered_away_do_not_match() -> None:
    plan = plan_of(Predicate("Image", Op.ENDSWITH, "\\cmd.exe"))
    batch = events({"Image": "c:\\cmd.exe"}, {"Image": "c:\\a.exe"}, {"Image": "d:\\CMD.exe"})
    kept = EventBatch(batch.dataset, batch.table.take(pa.array([1, 2])))
    assert pairs(ColumnarEngine(plan).match(kept)) == [(1, 0)]


def test_a_rule_bound_twice_matches_a_row_once() -> None:
    condition = Predicate("Image", Op.CONTAINS, "cmd")
    rule = Rule("0", "", "low", "", LogSource(), condition)
    routes = (Route("windows.sysmon"), Route("windows.sysmon", (), (1,)))
    plan = Plan(RuleSet((rule,)), tuple(BoundRule(0, route, condition) for route in routes))
    assert pairs(ColumnarEngine(plan).match(events({"Image": "cmd"}))) == [(0, 0)]


def test_other_datasets_and_empty_batches_give_nothing() -> None:
    plan = plan_of(Predicate("Image", Op.CONTAINS, "cmd"))
    batch = events({"Image": "cmd"})
    empty = EventBatch(batch.dataset, batch.table.slice(0, 0))
    other = batch_of([Event(0, 0, system={"Channel": "Security"}, data=[("Image", "cmd")])])
    assert pairs(ColumnarEngine(plan).match(empty)) == []
    assert pairs(ColumnarEngine(plan).match(other)) == []


def test_more_pairs_than_fit_at_once_are_all_judged() -> None:
    conditions = [Not(Predicate("Image", Op.EQUALS, str(n))) for n in range(300)]
    plan = plan_of(*conditions)
    batch = events(*({"Image": str(n % 7)} for n in range(2000)))
    found = ColumnarEngine(plan).match(batch)
    assert len(found) == 2000 * 299 + sum(1 for n in range(2000) if n % 7 >= 300)
    assert np.all(np.diff(found.row.astype(np.int64) * 300 + found.rule) > 0)


def test_a_batch_with_much_text_is_matched_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_of(Predicate("Image", Op.ENDSWITH, "7"), Predicate("Odd", Op.CONTAINS, "x1"))
    batch = events(*({"Image": f"{n % 50}", "Odd": f"x{n % 3}"} for n in range(500)))
    whole = pairs(ColumnarEngine(plan).match(batch))
    monkeypatch.setattr(module, "_TEXT_BYTES", batch.table.nbytes // 7)
    assert pairs(ColumnarEngine(plan).match(batch)) == whole
    assert len(whole) > 200


@pytest.fixture(scope="module")
def sigma(corpus: Path) -> Plan:
    folders = ("rules", "rules-emerging-threats", "rules-threat-hunting")
    return build_plan(load_rules([corpus / "sigma-rules" / name for name in folders]))


def corpus_batches(corpus: Path) -> list[EventBatch]:
    files = sorted((corpus / "evtx").rglob("*.evtx"))
    files += sorted((corpus / "sigma-regression").rglob("*.evtx"))
    source = registry.source("evtx")
    origins = [Origin(i, p.name, p, p.stat().st_size) for i, p in enumerate(files)]
    ranges = [part for origin in origins for part in source.ranges(origin)]
    read = source.read(ranges, ReadOptions())
    return [item for item in read if isinstance(item, EventBatch)]


def sampled(batch: EventBatch, found: Matches) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """A row for every rule that matches, and the first rows of every event id and every channel."""
    _, first_of_rule = np.unique(found.rule, return_index=True)
    rows = set(found.row[first_of_rule].tolist())
    kinds: dict[tuple[object, object], int] = {}
    columns = [batch.table.column(name).to_pylist() for name in ("Channel", "EventID")]
    for row, kind in enumerate(zip(*columns, strict=True)):
        kinds[kind] = kinds.get(kind, 0) + 1
        if kinds[kind] <= _ROWS_A_KIND:
            rows.add(row)
    return np.array(sorted(rows), np.int32)


@pytest.mark.corpus
@pytest.mark.slow
def test_all_of_sigmahq_on_real_logs_equals_the_reference(corpus: Path, sigma: Plan) -> None:
    fast, slow = ColumnarEngine(sigma), ReferenceEngine(sigma)
    asked = 0
    for batch in corpus_batches(corpus):
        rows = sampled(batch, fast.match(batch))
        part = EventBatch(batch.dataset, batch.table.take(pa.array(rows)))
        assert_equal(fast, slow, part)
        asked += len(rows)
    assert asked > 500


@pytest.mark.corpus
def test_any_part_of_a_real_batch_matches_like_the_whole(corpus: Path, sigma: Plan) -> None:
    engine = ColumnarEngine(sigma)
    for batch in corpus_batches(corpus):
        whole = engine.match(batch)
        rows = np.arange(1, len(batch), 3)
        part = engine.match(EventBatch(batch.dataset, batch.table.take(pa.array(rows))))
        kept = np.isin(whole.row, rows)
        assert pairs(part) == [
            (row // 3, rule) for row, rule in zip(whole.row[kept], whole.rule[kept], strict=True)
        ]
