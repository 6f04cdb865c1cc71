"""Counts of events, hosts and fields are exact, whatever the parts they are made from."""

from __future__ import annotations

import pickle
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from fakes.generated import CHANNEL, batch_of, batches, plans
from gamekeeper.engine import account as module
from gamekeeper.engine.account import Account
from gamekeeper.engine.presence import SILENT, fields_of
from gamekeeper.engine.reference import on_route, row_fields
from gamekeeper.model.build import Event
from gamekeeper.model.events import EventBatch
from gamekeeper.rules.ir import LogSource, Op, Predicate, Rule, RuleSet
from gamekeeper.rules.plan import BoundRule, Plan, Route

Counted = dict[tuple[int, ...], tuple[int, dict[str, int], dict[str, set[str]]]]


def naive(plan: Plan, batch: EventBatch) -> Counted:
    """Count row by row: routes -> events, field -> events that say something, host -> fields said."""
    routes = list(dict.fromkeys(bound.route for bound in plan.bound))
    names = {
        r: {n for b in plan.bound if b.route == r for n in fields_of(b.condition)} for r in routes
    }
    found: Counted = {}
    for row in range(len(batch)):
        fields = row_fields(batch, row)
        taken = tuple(i for i, route in enumerate(routes) if on_route(route, fields))
        wanted = set().union(*(names[routes[i]] for i in taken))
        said = {n for n in wanted if any(v not in SILENT for v in fields.get(n, []))}
        events, present, hosts = found.get(taken, (0, defaultdict(int), defaultdict(set)))
        for name in said:
            present[name] += 1
        hosts[batch.table.column("Computer")[row].as_py() or ""] |= said
        found[taken] = (events + 1, present, hosts)
    return found


def counted(account: Account) -> Counted:
    found: Counted = {}
    for routes, count in account.counts.get("windows.sysmon", {}).items():
        present = dict(zip(count.fields, count.present.tolist(), strict=True))
        hosts = {
            host: {n for n, s in zip(count.fields, seen, strict=True) if s}
            for host, seen in count.hosts.items()
        }
        found[routes] = (count.events, {n: c for n, c in present.items() if c}, hosts)
    return found


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plan=plans(), batch=batches)
def test_counts_equal_those_of_a_naive_count(plan: Plan, batch: EventBatch) -> None:
    account = Account(plan)
    account.add(batch)
    assert counted(account) == naive(plan, batch)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plan=plans(), batch=batches)
def test_parts_add_up_to_the_whole_after_a_journey(plan: Plan, batch: EventBatch) -> None:
    whole, total = Account(plan), Account(plan)
    whole.add(batch)
    for start in range(0, len(batch), 2):
        part = Account(plan)
        part.add(EventBatch(batch.dataset, batch.table.slice(start, 2)))
        total.merge(pickle.loads(pickle.dumps(part)))
    assert counted(total) == counted(whole)


def plan_of(*conditions: Predicate) -> Plan:
    rules = tuple(Rule(str(i), "", "low", "", LogSource(), c) for i, c in enumerate(conditions))
    route = Route("windows.sysmon")
    return Plan(RuleSet(rules), tuple(BoundRule(i, route, c) for i, c in enumerate(conditions)))


def event(host: str, **data: str) -> Event:
    return Event(0, 0, system={"Channel": CHANNEL, "Computer": host}, data=list(data.items()))


def test_an_account_travels_without_its_plan() -> None:
    plan = plan_of(*(Predicate("Image", Op.CONTAINS, f"{n:0100}") for n in range(1000)))
    account = Account(plan)
    account.add(batch_of([event("a", Image="x"), event("b", Image="-")]))
    assert len(pickle.dumps(account)) < 2000


def test_hosts_without_end_are_counted_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HOSTS", 3)
    account = Account(plan_of(Predicate("Image", Op.CONTAINS, "x")))
    account.add(batch_of([event(f"host{n}", Image="x") for n in range(10)]))
    (count,) = account.counts["windows.sysmon"].values()
    assert set(count.hosts) == {"host0", "host1", "host2", module.OTHERS}
    assert count.events == 10


def test_events_of_datasets_without_rules_are_not_counted() -> None:
    account = Account(plan_of(Predicate("Image", Op.CONTAINS, "x")))
    account.add(batch_of([Event(0, 0, system={"Channel": "Security"})]))
    assert account.counts == {}


def test_finish_gives_one_account_a_rule() -> None:
    plan = plan_of(Predicate("Image", Op.CONTAINS, "x"), Predicate("User", Op.CONTAINS, "x"))
    account = Account(plan)
    account.add(batch_of([event("a", Image="x"), event("b", Image="y")]))
    first, second = account.finish(plan, {0: 1}, 2)
    assert (first.status, first.matches, first.events_evaluated, first.hosts_evaluated) == (
        "matched",
        1,
        2,
        2,
    )
    assert (second.status, second.hosts_total) == ("field_absent", 2)


def test_a_large_batch_counts_full_sparse_and_silent_columns() -> None:
    rng = np.random.default_rng(1)
    plan = plan_of(
        *(Predicate(n, Op.CONTAINS, "x") for n in ("Image", "User", "CommandLine", "Details"))
    )
    made = []
    for n in range(500):
        data = {"Image": f"i{n}"}
        data |= {"User": "u"} if rng.random() < 0.1 else {}
        data |= {"CommandLine": "c"} if rng.random() < 0.9 else {}
        data |= {"Details": str(rng.choice(["", "-", "d"]))}
        made.append(event(f"h{n % 3}", **data))
    batch = batch_of(made)
    account = Account(plan)
    account.add(batch)
    assert counted(account) == naive(plan, batch)
