"""From rows to hits: parts, other chains, witnesses, and units in any order."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tests.analytics.chains.worlds import body, chain, event, fact, hits, row, step

from gamekeeper.analytics.chains.plan import ChainPlan
from gamekeeper.analytics.chains.reduce import Reducer
from gamekeeper.analytics.chains.schema import ACT_KEY, batch_of
from gamekeeper.analytics.chains.stored import HIT_KEY, hits_from
from gamekeeper.engine.runs import RunWriter, merge_runs
from gamekeeper.model.chains import ChainHit

PART = (
    "join: [account]\nwithin: 1h\norder: listed\n"
    f"steps: {{in: {{text: logons, part: logons}}, out: {step(4634)}}}\n"
    "parts: {logons: {join: [host, account], within: 1m, steps: {a: "
    + step(4624)
    + ", b: "
    + step(4672)
    + "}}}\n"
)


def user(at: str, number: int, host: str = "h1", name: str = "anna") -> str:
    key = "SubjectUserName" if number == 4672 else "TargetUserName"
    return event(at, number, host=host, **{key: name})


def test_a_part_is_a_step_of_the_body_that_takes_it(tmp_path: Path) -> None:
    events = user("0s", 4624) + user("1s", 4672) + user("30m", 4634, host="h2")
    (hit,) = hits(tmp_path, PART, events)
    assert [one.step for step in hit.steps for one in step.events] == ["in.a", "in.b", "out"]
    assert hit.joined == (("account", "anna"),)


def test_a_part_has_joins_of_its_own(tmp_path: Path) -> None:
    events = user("0s", 4624) + user("1s", 4672, host="h2") + user("30m", 4634)
    assert hits(tmp_path, PART, events) == []


def test_a_part_comes_when_it_is_complete(tmp_path: Path) -> None:
    assert hits(tmp_path, PART, user("0s", 4624) + user("10s", 4634) + user("20s", 4672)) == []


def test_one_process_in_two_logs_is_one_event(tmp_path: Path) -> None:
    twice = "count: {at_least: 2},"
    selection = (
        "events: [{logsource: {product: windows, category: process_creation}, "
        "detection: {s: {Image|endswith: x.exe}, condition: s}}]"
    )
    text = f"join: [host]\nwithin: 1m\nsteps: {{a: {{text: t, {twice} {selection}}}}}\n"
    one = "    - {at: 5s, process: {Image: 'C:\\x.exe', ProcessId: '7'}}\n"
    other = "    - {at: 9s, process: {Image: 'C:\\x.exe', ProcessId: '8'}}\n"
    assert hits(tmp_path, text, one) == []
    (hit,) = hits(tmp_path, text, one + other)
    assert hit.steps[0].count == 2
    assert [len(event.witnesses) for event in hit.steps[0].events] == [1, 1]


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_units_changes_nothing(tmp_path: Path, seed: int) -> None:
    bound = body("a and (b or c)", within_s=5)
    plan = ChainPlan((chain(bound),), (bound,))
    facts = [fact(random.Random(n).choice("abc"), n * 1.7, host="hk"[n % 2]) for n in range(80)]
    rows = [row(one, number) for number, one in enumerate(facts)]
    expected = _reduced(tmp_path / "0", plan, [rows])
    random.Random(seed).shuffle(rows)
    assert _reduced(tmp_path / "1", plan, [rows[:20], rows[20:25], rows[25:]]) == expected
    assert expected


def _reduced(folder: Path, plan: ChainPlan, units: list[list[dict[str, object]]]) -> list[ChainHit]:
    folder.mkdir()
    runs = []
    for number, rows in enumerate(units):
        writer = RunWriter(folder, f"unit-{number}", ACT_KEY)
        writer.add(batch_of(rows))
        runs += writer.finish()
    tables = merge_runs(Reducer(plan, folder, paranoid=True).hits(runs), HIT_KEY)
    return [hit for table in tables for batch in table.to_batches() for hit in hits_from(batch)]
