"""How many of the actor's behaviours rules find: SigmaHQ alone, and together with our own pack.

Events are those of the fact base and, where it has none, those of ``tests/golden/behaviours.yml``.
``docs/reference/behaviours.md`` is made from the result: run this file to write the page.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from gamekeeper.engine.reference import match_event
from gamekeeper.rules.ir import LogSource, RuleSet
from gamekeeper.rules.load import load_rules

pytestmark = [pytest.mark.corpus, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "behaviours.md"
OWN = yaml.safe_load((ROOT / "tests" / "golden" / "behaviours.yml").read_text(encoding="utf-8"))
LEVELS = ("", "informational", "low", "medium", "high", "critical")
SERVICES = {"application", "powershell", "security", "system"}
#: State is no event of any category but the one that reads it, whatever rules for events would say.
STATE = {"registry-state": "none", "powershell-history": "ps_script"}
ELSEWHERE = {"dns", "firewall", "proxy", "vpn", "webserver"}


@dataclass(frozen=True)
class Row:
    """One behaviour; for each of its events the level of the gravest rule, of SigmaHQ and with ours."""

    id: str
    tactic: str
    attack: str
    sigma: tuple[str, ...]
    both: tuple[str, ...]

    def line(self) -> str:
        return f"| {self.id} | {self.tactic} | {self.attack} | {told(self.sigma)} | {told(self.both)} |"


def told(levels: tuple[str, ...]) -> str:
    hits = sum(map(bool, levels))
    return f"{hits} of {len(levels)}" + (f", {max(levels, key=LEVELS.index)}" if hits else "")


def source(name: str) -> LogSource:
    """The log source that a key of behaviours.yml stands for."""
    product, _, service = name.rpartition("/")
    if product or name in SERVICES:
        category = STATE.get(service, "")
        return LogSource(product=product or "windows", category=category, service=service)
    return LogSource(product="" if name in ELSEWHERE else "windows", category=name)


def events(row: dict[str, Any]) -> list[tuple[LogSource, dict[str, Any]]]:
    found = [(LogSource(**one["logsource"]), one["fields"]) for one in row["test_events"]]
    own = OWN["single"].get(row["id"], [])
    return found + [(source(name), fields) for one in own for name, fields in one.items()]


def gravest(rules: RuleSet, logsource: LogSource, fields: dict[str, Any]) -> str:
    """The highest level among the rules for this product that are true and about the behaviour."""
    ids = set(match_event(rules, fields, logsource=logsource))
    levels = [
        rule.level
        for rule in rules.rules
        if rule.id in ids
        and rule.logsource.product in {"", logsource.product}
        and Path(rule.path).stem not in OWN["coincidences"]
    ]
    return max(levels, key=LEVELS.index, default="")


@cache
def rows(corpus: Path) -> tuple[Row, ...]:
    sigma = load_rules([corpus / "sigma-rules"])
    ours = load_rules(["builtin"])
    facts = corpus.parent / "intel" / "behaviours.json"
    found = []
    for row in json.loads(facts.read_text(encoding="utf-8")):
        if row["na"] or row["id"] in OWN["not_single"]:
            continue
        theirs = [gravest(sigma, *event) for event in events(row)]
        own = [gravest(ours, *event) for event in events(row)]
        both = [max(pair, key=LEVELS.index) for pair in zip(theirs, own, strict=True)]
        found.append(Row(row["id"], row["tactic"], row["attack"], tuple(theirs), tuple(both)))
    return tuple(found)


def share(rows: tuple[Row, ...], whose: str, lowest: str, how: Any) -> float:
    """The share of rows of which any or all events are found by rules of a level or above."""
    least = LEVELS.index(lowest)
    hits = [how(LEVELS.index(level) >= least for level in getattr(row, whose)) for row in rows]
    return sum(hits) / len(hits)


INTRODUCTION = """\
# The actor's behaviours and the rules that find them

The fact base describes what Volt Typhoon does, row by row. This page says for every row that a single event
can show how many of its events rules find, and the level of the gravest rule: SigmaHQ's rules alone (all
folders), and together with our own pack. Events are the fact base's own and those of
`tests/golden/behaviours.yml`, which holds events for the rows that had none, and names the rules that fire
by coincidence and do not count. A low or informational rule says that the trace is there, not that anybody
should be woken by it. `tests/rules/test_behaviours.py`, run with the folder of real logs as its argument,
makes the page, and a test fails when it is out of date.

What this does not measure: most events were written by the same people as our rules, from the same
advisories. So the share says which behaviours have a rule, not how well the rules do against an intruder
who varies them. Rows about web servers, firewalls, flows and appliances have rules, too, but this version
does not read such logs yet.
"""
MEASURES = (
    ("at least one event, any level", "informational", any),
    ("every event, any level", "informational", all),
    ("at least one event, medium or above", "medium", any),
    ("every event, medium or above", "medium", all),
)


def page(found: tuple[Row, ...]) -> str:
    lines = [
        INTRODUCTION,
        f"## Shares of {len(found)} rows, {sum(len(row.both) for row in found)} events",
        "",
        "| found | SigmaHQ alone | with our pack |",
        "|---|---|---|",
        *(
            f"| {name} | {share(found, 'sigma', lowest, how):.0%} | {share(found, 'both', lowest, how):.0%} |"
            for name, lowest, how in MEASURES
        ),
        "",
        "## Rows",
        "",
        "| behaviour | tactic | ATT&CK | SigmaHQ alone | with our pack |",
        "|---|---|---|---|---|",
        *(row.line() for row in found),
        "",
        "## Rows that no single event shows",
        "",
        "| behaviour | reason |",
        "|---|---|",
        *(f"| {name} | {reason} |" for name, reason in OWN["not_single"].items()),
        "",
    ]
    return "\n".join(lines)


@pytest.fixture
def found(corpus: Path) -> tuple[Row, ...]:
    return rows(corpus)


def test_every_row_has_events_or_a_reason(found: tuple[Row, ...]) -> None:
    assert [row.id for row in found if not row.both] == []
    assert OWN["single"].keys().isdisjoint(OWN["not_single"])


def test_our_pack_finds_what_single_events_show(found: tuple[Row, ...]) -> None:
    assert share(found, "both", "informational", any) >= 0.95
    assert share(found, "both", "informational", all) >= 0.95


def test_the_page_is_up_to_date(found: tuple[Row, ...]) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(found)


if __name__ == "__main__":
    PAGE.write_text(page(rows(Path(sys.argv[1]))), encoding="utf-8")
