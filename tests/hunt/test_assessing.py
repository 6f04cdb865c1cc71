"""Facts of all units to breaks."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from tests.fakes.facts import EVENTLOG, HOUR, NEW_YEAR, account, batches_of, event, steady

from gamekeeper.engine.account import Account
from gamekeeper.hunt.assessing import assess, facts_of
from gamekeeper.hunt.census import Census
from gamekeeper.hunt.fact_rows import FactRows
from gamekeeper.hunt.reading import UnitResult
from gamekeeper.hunt.sums import Sums
from gamekeeper.hunt.units import Unit
from gamekeeper.model.build import Event
from gamekeeper.model.findings import SourceAccount
from gamekeeper.rules.ir import RuleSet
from gamekeeper.rules.routing import build_plan

PLAN = build_plan(RuleSet(()))


def sums_of(folder: Path, *units: list[Event]) -> Sums:
    sums = Sums(PLAN)
    for number, events in enumerate(units):
        rows, census = FactRows(folder, str(number)), Census()
        for batch in batches_of(events):
            rows.add(batch)
            census.add(batch)
        result = UnitResult((), (), (), Counter(), Account(PLAN), census, 0, facts=rows.finish())
        sums.add(Unit((number,), "evtx", ()), result)
    return sums


@pytest.fixture
def sources() -> list[SourceAccount]:
    return [account(0)]


def test_units_that_share_a_log_are_joined(tmp_path: Path, sources: list[SourceAccount]) -> None:
    units = (steady(1, 90), steady(91, 200, start=NEW_YEAR + 90 * 600_000_000))
    facts = facts_of(sums_of(tmp_path, *units), sources, tmp_path)
    assert facts.table("spans").num_rows == 1
    assert sum(facts.table("hours")["events"].to_pylist()) == 200


def test_the_order_of_units_does_not_matter(tmp_path: Path, sources: list[SourceAccount]) -> None:
    cleared = event(300, NEW_YEAR + 9 * HOUR, 1102, provider=EVENTLOG)
    units = (steady(1, 90), [*steady(200, 250), cleared])
    results = []
    for at, order in enumerate((units, units[::-1])):
        folder = tmp_path / str(at)
        folder.mkdir()
        results.append(
            assess(facts_of(sums_of(folder, *order), sources, folder), folder / "timeline")
        )
    assert results[0].breaks == results[1].breaks
    assert list(results[0].timeline.to_batches()) == list(results[1].timeline.to_batches())
    assert results[0].breaks


def test_names_are_given_as_they_were_met_most_often(
    tmp_path: Path, sources: list[SourceAccount]
) -> None:
    events = [*steady(1, 3, host="DC01.corp"), *steady(4, 4, host="dc01", channel="security")]
    found = assess(facts_of(sums_of(tmp_path, events), sources, tmp_path), tmp_path / "timeline")
    assert (found.hosts, found.channels) == ({"dc01": "DC01.corp"}, {"security": "Security"})


def test_nothing_read_is_nothing_found(tmp_path: Path) -> None:
    found = assess(facts_of(sums_of(tmp_path), [], tmp_path), tmp_path / "timeline")
    assert (found.breaks, found.timeline.num_rows) == ((), 0)
