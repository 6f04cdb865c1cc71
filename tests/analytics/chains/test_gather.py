"""Matches to rows, looked at through what becomes of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.analytics.chains.worlds import event, hits, step

from gamekeeper.analytics.chains.gather import Left, StepGatherer
from gamekeeper.analytics.chains.ir import Chain
from gamekeeper.analytics.chains.parse import parse_chain
from gamekeeper.analytics.chains.plan import plan_chains
from gamekeeper.engine.registry import engine
from gamekeeper.model.build import BatchBuilder, Event
from gamekeeper.rules.ir import RuleSet
from gamekeeper.rules.routing import build_plan

CHAIN = (
    "id: T-1\nname: n\ndescription: d\nlevel: low\njoin: [host, account]\nwithin: 1m\n"
    f"steps: {{a: {step(4624)}}}\n"
)


def gathered(*events: Event, chain: str = CHAIN) -> tuple[list[dict[str, object]], Left]:
    parsed: Chain = parse_chain(chain.encode(), "t.yml")
    plan = plan_chains([parsed])
    bound = build_plan(RuleSet(plan.rules))
    gatherer = StepGatherer(plan, bound)
    builder, left = BatchBuilder(), Left()
    rows: list[dict[str, object]] = []
    batches = [batch for one in events for batch in builder.add(one)]
    for batch in [*batches, *builder.flush()]:
        found = gatherer.gather(batch, engine("columnar", bound).match(batch), left)
        rows += found.to_pylist() if found is not None else []
    return rows, left


def logon(offset: int = 0, *, time: int | None = 100, **data: str) -> Event:
    system = {"Channel": "Security", "Computer": "DC01.corp.example"}
    return Event(0, offset, filetime=time, event_id=4624, system=system, data=list(data.items()))


def test_a_row_leads_back_to_its_record_and_says_its_entities() -> None:
    (row,), left = gathered(logon(77, TargetUserName="Anna"))
    assert (row["source"], row["offset"], row["host"]) == (0, 77, "DC01.corp.example")
    assert row["values"] == '["dc01","anna"]'
    assert row["fields"] == "{}"
    assert left == Counter()


def test_an_event_without_what_the_chain_joins_is_counted() -> None:
    rows, left = gathered(logon(LogonType="3"))
    assert (rows, left) == ([], Counter({(0, "have no account"): 1}))


def test_an_event_without_time_is_counted() -> None:
    rows, left = gathered(logon(time=None, TargetUserName="anna"))
    assert (rows, left) == ([], Counter({(0, "have no time"): 1}))


def test_other_events_make_no_rows() -> None:
    system = {"Channel": "Security", "Computer": "x"}
    assert gathered(Event(0, 0, filetime=1, event_id=1, system=system)) == ([], Counter())


def test_a_long_text_is_cut_before_it_travels() -> None:
    chain = CHAIN.replace("EventID: 4624", "LogonProcessName|contains: 'x'")
    (row,), _ = gathered(logon(TargetUserName="a", LogonProcessName="x" * 9_000), chain=chain)
    assert str(row["fields"]).startswith('{"LogonProcessName":"xxx')
    assert len(str(row["fields"])) < 1_100


def test_an_entity_may_be_a_part_of_what_a_field_says(tmp_path: Path) -> None:
    text = (
        "join: [share]\nwithin: 1m\nentities: {share: {from: ShareName, match: '([a-z]+)\\$'}}\n"
        f"steps: {{a: {step(5140)}, b: {step(5145)}}}\n"
    )
    same = event("0s", 5140, ShareName="\\\\*\\C$") + event("1s", 5145, ShareName="c$", host="h2")
    assert len(hits(tmp_path, text, same)) == 1
    other = event("0s", 5140, ShareName="\\\\*\\C$") + event("1s", 5145, ShareName="ADMIN$")
    assert hits(tmp_path, text, other) == []
