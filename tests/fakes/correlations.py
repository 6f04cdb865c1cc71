"""Rules and a few events to the matches of correlations, without files and processes of a hunt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from gamekeeper.engine.account import Account
from gamekeeper.engine.correlation import accounts
from gamekeeper.engine.correlation.ends import Ends
from gamekeeper.engine.correlation.reduce import Reducer
from gamekeeper.engine.correlation.rows import RowGatherer
from gamekeeper.engine.correlation.schema import ROW_KEY
from gamekeeper.engine.correlation.watched import watched
from gamekeeper.engine.reference import ReferenceEngine
from gamekeeper.engine.runs import RunWriter
from gamekeeper.model.build import BatchBuilder, Event
from gamekeeper.model.findings import RuleAccount
from gamekeeper.rules.ir import RuleSet
from gamekeeper.rules.load import load_rules
from gamekeeper.rules.routing import build_plan

#: 2026-02-01T00:00:00Z as FILETIME.
BASE = 134_143_776_000_000_000
SYSTEM = ("Channel", "Computer", "Provider_Name", "Level")
SECOND = 10_000_000


def rule_set(text: str, folder: Path) -> RuleSet:
    """Load the documents of a text as one file would be."""
    path = folder / "rules.yml"
    path.write_text(text, encoding="utf-8")
    return load_rules([path])


def event(number: int, given: Mapping[str, Any]) -> Event:
    """Return an event; ``time`` in seconds, ``copy`` of the event with that number."""
    fields = dict(given)
    time = fields.pop("time", 0)
    copy = fields.pop("copy", None)
    return Event(
        source=0 if copy is None else 1,
        offset=number,
        filetime=None if time is None else BASE + round(time * SECOND),
        event_id=fields.pop("EventID", 4625),
        event_record_id=number if copy is None else copy,
        system={
            "Channel": "Security",
            "Computer": "DC01",
            **{name: fields.pop(name) for name in SYSTEM if name in fields},
        },
        data=[(name, str(value)) for name, value in fields.items()],
    )


class Correlated:
    """What comes of rules and events."""

    def __init__(
        self, rules: RuleSet, events: Iterable[Event], folder: Path, until: float = 1e9
    ) -> None:
        builder = BatchBuilder(1 << 20)
        batches = [b for one in events for b in builder.add(one)] + list(builder.flush())
        plan = build_plan(rules)
        engine, gatherer = ReferenceEngine(plan), RowGatherer(plan)
        writer = RunWriter(folder, "rows", ROW_KEY)
        account, counts, ends = Account(plan), Counter[int](), Ends()
        left: Counter[tuple[int, str]] = Counter()
        for batch in batches:
            account.add(batch)
            ends.add(batch)
            found = engine.match(batch)
            counts.update(found.rule.tolist())
            rows = gatherer.gather(batch, found, left)
            if rows is not None:
                writer.add(rows)
        base = account.finish(plan, counts, 1)
        seen = watched(plan, account)
        ahead = accounts.foreseen(plan, base[: len(rules.rules)], seen)
        blind = {n for n, one in enumerate(ahead) if accounts.is_blind(one)}
        for host in ends.last:
            ends.last[host] = BASE + round(until * SECOND)
        reducer = Reducer(plan, folder, ends, seen)
        found_batches = list(reducer.batches(writer.finish(), blind))
        self.matches: list[dict[str, Any]] = [
            row for batch in found_batches for row in pa.Table.from_batches([batch]).to_pylist()
        ]
        done = accounts.finished(plan, ahead, reducer.counts, reducer.rows, left + reducer.left)
        own, skipped = accounts.split_accounts(plan, base)
        self.accounts: dict[str, RuleAccount] = {one.title: one for one in (*own, *done, *skipped)}
        self.titles = [*(r.title for r in rules.rules), *(c.title for c in rules.correlations)]
