"""Write docs/reference/false-positives.md: what our own rules match in ordinary logs.

Give it the folder of real ordinary logs. The simulated weeks are made here, from numbers that stand below.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import gamekeeper as gk
from gamekeeper.model.findings import RuleAccount

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "false-positives.md"
LEVELS = ("critical", "high", "medium", "low", "informational")
DAY = 864_000_000_000  # FILETIME counts 100 ns
#: (seed, hosts) of the simulated weeks without an intruder.
WEEKS = ((1, 8), (7, 8), (11, 8), (5, 30))
#: What the matches of medium level turned out to be, looked at one by one.
REMARKS = {
    "Archive Or Dump Written To A Staging Folder": "true: an agent of an attack emulation is fetched",
    "Program In A Folder For Everybody Started By A Shell": "true: the same agent is started",
    "Shadow Copy Provider Started": "the nightly backup",
    "Sessions Or Own Account Asked For": "log-on scripts and administrators",
    "Network Connections Listed": "administrators who look for a fault",
    "Host Asked For With A Single Ping": "administrators who look for a fault",
    "Document About Plant Control Or Security Read": "an engineer at work",
    "Saved Session Opened In A Terminal Program By Command": "an administrator's short cut",
}
HEAD = """\
# False positives of our own rules

What the pack (`--rules builtin`) matches in logs without an intruder: real ordinary logs, and weeks that
`gamekeeper simulate` invents. No rule of level high or above may match there. For the rules of SigmaHQ see
[there](false-positives-sigmahq.md).

    python scripts/false_positives.py FOLDER_OF_ORDINARY_LOGS     # writes this page

which does, for each row of the first table, one of

    gamekeeper simulate WEEK --days 7 --hosts HOSTS --seed SEED
    gamekeeper hunt WEEK/logs --rules builtin --json
    gamekeeper hunt FOLDER_OF_ORDINARY_LOGS --rules builtin --json

A zero out of n events leaves room for a true rate of up to 3/n (95 %, the rule of three), for events like
these. It says little about other organisations: the real logs are few, and the simulated weeks come from
people who also write the rules. A zero counts only where events reached the rule's log source.
"""


@dataclass(frozen=True)
class Corpus:
    """One hunt over ordinary logs."""

    name: str
    events: int
    hosts: int
    channels: int
    days: int
    rules: tuple[RuleAccount, ...]
    hosts_matched: Mapping[str, int]  # by id of rule

    def matches(self, level: str) -> int:
        """Return the matches of the rules of one level."""
        return sum(rule.matches for rule in self.rules if rule.level == level)

    def line(self) -> str:
        """Return the hunt as a row of the first table."""
        numbers = [self.events, self.hosts, self.channels, self.days, *map(self.matches, LEVELS)]
        return f"| {self.name} | " + " | ".join(f"{number:,}" for number in numbers) + " |"


def hunted(name: str, folders: list[Path], rules: str) -> Corpus:
    """Hunt through folders."""
    days: set[int] = set()
    for batch in gk.read_events(folders):
        times = batch.table.column("event.filetime").drop_null().to_numpy(zero_copy_only=False)
        days.update(np.unique(times // DAY).tolist())
    with gk.hunt(folders, rules=rules, no_chains=True, no_baselines=True) as found:
        result = found.result
        hosts: dict[str, set[str]] = defaultdict(set)
        matched = found.matches_table()
        for rule, host in zip(
            *(matched.column(c).to_pylist() for c in ("rule", "host")), strict=True
        ):
            hosts[result.rules[rule].id].add(host)
        return Corpus(
            name,
            result.events,
            len(result.hosts),
            len(result.channels),
            len(days),
            result.rules,
            {rule: len(names) for rule, names in hosts.items()},
        )


def corpora(
    ordinary: Path, rules: str, weeks: tuple[tuple[int, int], ...] = WEEKS
) -> Iterator[Corpus]:
    """Hunt through real ordinary logs, then through each simulated week."""
    yield hunted("real: Windows background", [ordinary], rules)
    with tempfile.TemporaryDirectory() as scratch:
        for seed, hosts in weeks:
            week = Path(scratch) / f"week-{seed}"
            gk.simulate(week, days=7, hosts=hosts, seed=seed, intrusion=None)
            logs = [path for path in week.iterdir() if path.is_dir()]
            yield hunted(f"simulated: seed {seed}, {hosts} hosts", logs, rules)


def corpora_table(found: list[Corpus]) -> list[str]:
    """Return the lines of a table of what was hunted through."""
    return [
        "| logs | events | hosts | channels | days with events | " + " | ".join(LEVELS) + " |",
        "|---|" + "---|" * (4 + len(LEVELS)),
        *(corpus.line() for corpus in found),
    ]


def rate(events: int) -> str:
    """Return the upper bound of a rate of which nothing was seen in so many events; no rate is above 1."""
    return f"{min(1.0, 3 / events):.1e}"


def page(found: list[Corpus]) -> str:
    """Return the page."""
    reached: Counter[str] = Counter()
    matched: Counter[str] = Counter()
    for corpus in found:
        for rule in corpus.rules:
            reached[rule.id] += rule.events_evaluated
            matched[rule.id] += rule.matches
    rules = sorted(found[0].rules, key=lambda rule: (LEVELS.index(rule.level), rule.title))
    grave = [rule for rule in rules if rule.level in {"critical", "high"}]
    events = sum(corpus.events for corpus in found)
    hits = sum(matched[rule.id] for rule in grave)
    lines = [
        HEAD,
        *corpora_table(found),
        "",
        f"Matches of level high or above: {hits} in {events:,} events (3/n: {rate(events)} an event).",
        "",
        "## Each rule of level high or above",
        "",
        "| rule | events that reached it | matches | 3/n |",
        "|---|---|---|---|",
    ]
    for rule in grave:
        count = reached[rule.id]
        bound = rate(count) if count and not matched[rule.id] else ""
        told = f"{matched[rule.id]}" if count else "no event reached it: no verdict"
        lines.append(f"| {rule.title} | {count:,} | {told} | {bound} |")
    lines += [
        "",
        "## What matched",
        "",
        "| rule | level | matches | what it was |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {rule.title} | {rule.level} | {matched[rule.id]:,} | {REMARKS[rule.title]} |"
        for rule in rules
        if matched[rule.id]
    ]
    return "\n".join([*lines, ""])


def main() -> None:
    """Hunt through everything and write the page."""
    PAGE.write_text(page(list(corpora(Path(sys.argv[1]), "builtin"))), encoding="utf-8")


if __name__ == "__main__":
    main()
