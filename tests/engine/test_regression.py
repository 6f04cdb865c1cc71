"""Real events of SigmaHQ's regression tests: each rule is true as often as its authors say."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml

from gamekeeper.engine.base import Engine
from gamekeeper.engine.registry import ENGINES, engine
from gamekeeper.model.build import BatchBuilder, Event
from gamekeeper.model.events import EventBatch
from gamekeeper.rules.load import load_rules
from gamekeeper.rules.plan import Plan
from gamekeeper.rules.routing import build_plan
from gamekeeper.sources.evtx.truth import read_file

pytestmark = [pytest.mark.corpus, pytest.mark.slow]


@pytest.fixture(scope="module")
def plan(corpus: Path) -> Plan:
    return build_plan(load_rules([corpus / "sigma-rules"]))


@pytest.fixture(scope="module", params=ENGINES)
def candidate(request: pytest.FixtureRequest, plan: Plan) -> Engine:
    return engine(request.param, plan)


@cache
def batches(path: Path) -> list[EventBatch]:
    builder = BatchBuilder()
    found: list[EventBatch] = []
    for item in read_file(path):
        assert isinstance(item, Event), item
        found += builder.add(item)
    return [*found, *builder.flush()]


def test_every_rule_is_true_of_its_own_events(corpus: Path, candidate: Engine, plan: Plan) -> None:
    """One test over all cases: a fast engine sees many small batches one after the other."""
    positions = {rule.id: position for position, rule in enumerate(plan.rules.rules)}
    wrong, cases = [], 0
    for info in sorted((corpus / "sigma-regression").rglob("info.yml")):
        about = yaml.safe_load(info.read_text(encoding="utf-8"))
        for test in about["regression_tests_info"]:
            cases += 1
            position = positions[about["rule_metadata"][0]["id"]]
            found = sum(
                int((candidate.match(batch).rule == position).sum())
                for batch in batches(info.with_name(Path(test["path"]).name))
            )
            # Some cases state no number: then the rule has to be true at least once.
            if found != test.get("match_count", found or 1):
                wrong.append((info.parent.name, test.get("match_count"), found))
    assert wrong == []
    assert cases > 90


def test_engines_find_the_same_in_them(corpus: Path, plan: Plan) -> None:
    engines = {name: engine(name, plan) for name in ENGINES}
    for path in sorted((corpus / "sigma-regression").rglob("*.evtx")):
        for batch in batches(path):
            pairs = {
                name: list(zip(m.row.tolist(), m.rule.tolist(), strict=True))
                for name, m in ((name, e.match(batch)) for name, e in engines.items())
            }
            assert pairs["columnar"] == pairs["reference"], path.name
