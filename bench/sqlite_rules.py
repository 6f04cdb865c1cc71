"""Sigma rules asked one by one of a SQLite table of events, against our matching of the same events.

``python -m bench.sqlite_rules --logs LOGS... --rules DIR --events N --json`` ends with one JSON line. It is
the method that Zircolite publishes: pySigma writes each rule as a query, and each query reads one table
whose columns are text, compared without case. Neither flattening the events, nor writing the queries, nor
compiling our programs is counted; both sides are timed by processor time of this one process, in turns.

A query begins with the channels and event ids of its rule's routes, which are ours: without them SQLite
would compare every text with every event. Rules that look at several logs keep Sigma's field names there.

Install ``pysigma-backend-sqlite`` in a place of its own (``pip install --no-deps --target DIR``) and name
that in PYTHONPATH: it is no dependency of this project. Without it nothing is measured.
"""

from __future__ import annotations

import argparse
import json
import re
import sqlite3
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from gamekeeper import settings
from gamekeeper.engine.columnar import ColumnarEngine
from gamekeeper.hunt.api import read_events
from gamekeeper.model.events import META_FIELDS, EventBatch
from gamekeeper.rules.load import load_rules
from gamekeeper.rules.plan import Plan, Route
from gamekeeper.rules.routing import build_plan

try:
    from sigma.backends.sqlite import sqliteBackend
    from sigma.collection import SigmaCollection
except ImportError as error:
    raise SystemExit(
        f"skipped: {error.name} is not installed. Install pysigma-backend-sqlite in a folder of its own "
        "and put that into PYTHONPATH."
    ) from None

_ENVELOPE = frozenset(field.name for field in META_FIELDS) | {"event.rest"}


def some_events(logs: list[str], wanted: int) -> list[EventBatch]:
    """Return the first events of logs."""
    kept: list[EventBatch] = []
    count = 0
    for batch in read_events(logs):
        part = EventBatch(batch.dataset, batch.table.slice(0, wanted - count))
        kept.append(part)
        count += len(part)
        if count >= wanted:
            break
    return kept


def flat(batch: EventBatch) -> Iterator[dict[str, str]]:
    """Yield the fields of each event under their own names, first values where names repeat."""
    table = batch.table
    names = [name for name in table.schema.names if name not in _ENVELOPE]
    columns = {name: table.column(name).cast(pa.utf8()).to_pylist() for name in names}
    for row, rest in enumerate(table.column("event.rest").to_pylist()):
        event = {name: column[row] for name, column in columns.items() if column[row] is not None}
        for pair in rest:
            if pair["value"] is not None:
                event.setdefault(pair["name"], pair["value"])
        yield event


def table_of(batches: list[EventBatch]) -> sqlite3.Connection:
    """Return a database in memory with one table of all events."""
    events = [event for batch in batches for event in flat(batch)]
    spelled: dict[str, str] = {}
    for event in events:
        for name in event:
            spelled.setdefault(name.lower(), name)
    base = sqlite3.connect(":memory:")
    base.create_function("regexp", 2, _found, deterministic=True)
    # A table holds 2,000 columns: the names that most events have come first.
    uses = Counter(name.lower() for event in events for name in event)
    names = [name for name, _ in uses.most_common(1900)]
    declared = ", ".join(f"{_quoted(spelled[name])} TEXT COLLATE NOCASE" for name in names)
    base.execute(f"CREATE TABLE logs ({declared})")
    marks = ", ".join("?" * len(names))
    base.executemany(f"INSERT INTO logs VALUES ({marks})", (_row(event, names) for event in events))
    return base


def _found(pattern: str, value: str | None) -> bool:
    """Answer ``value REGEXP pattern``, which SQLite leaves to its user; ``re`` keeps what it has compiled."""
    return value is not None and re.search(pattern, value) is not None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _row(event: dict[str, str], names: list[str]) -> list[str | None]:
    folded = {name.lower(): value for name, value in event.items()}
    return [folded.get(name) for name in names]


def queries(plan: Plan, folder: Path) -> tuple[list[tuple[str, str]], int]:
    """Return (rule id, query) pairs, and how many rules the backend would not write."""
    routes: dict[int, set[Route]] = defaultdict(set)
    for bound in plan.bound:
        routes[bound.rule].add(bound.route)
    backend = sqliteBackend()
    found, refused = [], 0
    for number, places in routes.items():
        rule = plan.rules.rules[number]
        try:
            text = (folder.parent / rule.path).read_text(encoding="utf-8")
            written = backend.convert(SigmaCollection.from_yaml(text))
        except Exception:  # noqa: BLE001 - whatever a third party's writer dislikes is a rule refused
            refused += 1
            continue
        where = " OR ".join(sorted(map(_place, places)))
        for query in written:
            select, _, condition = query.partition(" WHERE ")
            asked = select.replace("*", "rowid")
            found.append((rule.id, f"{asked} WHERE ({where}) AND ({condition})"))
    return found, refused


def _place(route: Route) -> str:
    """Say a route in SQL."""
    parts = []
    if route.channels:
        channels = ", ".join("'" + channel.replace("'", "''") + "'" for channel in route.channels)
        parts.append(f"Channel IN ({channels})")
    if route.event_ids:
        numbers = ", ".join(f"'{number}'" for number in route.event_ids)
        parts.append(f"EventID IN ({numbers})")
    return "(" + (" AND ".join(parts) or "1") + ")"


def ask(base: sqlite3.Connection, asked: list[tuple[str, str]]) -> dict[str, object]:
    """Time all queries; those that name a column which no event has are told apart."""
    matches: Counter[str] = Counter()
    no_column = failed = 0
    start = time.process_time()
    for rule, query in asked:
        try:
            matches[rule] += len(base.execute(query).fetchall())
        except sqlite3.Error as error:
            no_column += "no such column" in str(error)
            failed += "no such column" not in str(error)
    seconds = time.process_time() - start
    return {
        "cpu_s": seconds,
        "matches": matches,
        "queries_without_column": no_column,
        "queries_failed": failed,
    }


def ours(engine: ColumnarEngine, ids: list[str], batches: list[EventBatch]) -> dict[str, object]:
    """Time our matching of the same events."""
    matches: Counter[str] = Counter()
    start = time.process_time()
    found = [engine.match(batch) for batch in batches]
    seconds = time.process_time() - start
    for one in found:
        matches.update(ids[rule] for rule in one.rule.tolist())
    return {"cpu_s": seconds, "matches": matches}


def run(options: argparse.Namespace) -> dict[str, object]:
    batches = some_events(options.logs, options.events)
    events = sum(map(len, batches))
    rules = load_rules([options.rules], cache_dir=settings.cache_folder() / "rules")
    plan = build_plan(rules)
    engine = ColumnarEngine(plan)
    ids = [rule.id for rule in rules.rules]
    start = time.process_time()
    for batch in batches:  # compiles the rules of every log that occurs
        engine.match(EventBatch(batch.dataset, batch.table.slice(0, 1)))
    compiling = time.process_time() - start
    base = table_of(batches)
    asked, refused = queries(plan, options.rules)
    theirs_all, ours_all = [], []
    for _ in range(options.rounds):
        ours_all.append(ours(engine, ids, batches))
        theirs_all.append(ask(base, asked))
    theirs = min(theirs_all, key=lambda one: one["cpu_s"])
    mine = min(ours_all, key=lambda one: one["cpu_s"])
    return {
        "benchmark": "sqlite_rules",
        "events": events,
        "rules": len(ids),
        "queries": len(asked),
        "rules_refused": refused,
        "queries_without_column": theirs["queries_without_column"],
        "queries_failed": theirs["queries_failed"],
        "sqlite_events_per_cpu_s": round(events / theirs["cpu_s"], 1),
        "gamekeeper_events_per_cpu_s": round(events / mine["cpu_s"]),
        "ratio": round(theirs["cpu_s"] / mine["cpu_s"], 1),
        "ratio_compiling_counted": round(theirs["cpu_s"] / (mine["cpu_s"] + compiling), 1),
        "compiling_cpu_s": round(compiling, 2),
        "rounds_sqlite_s": [round(one["cpu_s"], 2) for one in theirs_all],
        "rounds_gamekeeper_s": [round(one["cpu_s"], 3) for one in ours_all],
        "matches_sqlite": sum(theirs["matches"].values()),
        "matches_gamekeeper": sum(mine["matches"].values()),
        "rules_that_differ": sum(
            theirs["matches"][rule] != mine["matches"][rule]
            for rule in theirs["matches"].keys() | mine["matches"].keys()
        ),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--logs", nargs="+", required=True, help="logs to read events from")
    parser.add_argument("--rules", type=Path, required=True, help="folder of Sigma rules")
    parser.add_argument("--events", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="print only the JSON line")
    options = parser.parse_args()
    result = run(options)
    if not options.json:
        for name, value in result.items():
            print(f"{name:32} {value}")
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
