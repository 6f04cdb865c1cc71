"""Write docs/reference/false-positives-sigmahq.md: what SigmaHQ's grave rules match in ordinary logs.

Give it the folder of real ordinary logs, then the folder of SigmaHQ's rules. Each rule's own numbers go into
a table beside the results of benchmarks.
"""

from __future__ import annotations

import csv
import io
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from false_positives import WEEKS, Corpus, corpora, corpora_table, rate

import gamekeeper as gk
from gamekeeper.model.findings import RuleAccount
from gamekeeper.model.reasons import counted_reasons

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference" / "false-positives-sigmahq.md"
TABLE = ROOT / "bench" / "results" / "2026-11-27-false-positives-sigmahq.csv"
GRAVE = ("critical", "high")
#: What each matching rule saw, looked at one match at a time, and whether it was right.
JUDGED = {
    "1277f594-a7d1-4f28-a2d3-73af5cbeab43": (
        (
            "PowerShell puts sandcat.exe and splunkd.exe, an agent of CALDERA and its copy, into the "
            "public folder"
        ),
        "no: the agent is there",
    ),
    "b447f7de-1e53-4cbf-bfb4-f1f6d0b04e4e": (
        "the same two files",
        "no: the agent is there",
    ),
    "69bd9b97-2be2-41b6-9816-fb08757a4d1a": (
        "that agent starts PowerShell past its execution policy, as SYSTEM",
        "no: the agent at work",
    ),
    "7b434893-c57d-4f41-908d-6a17bf1ae98f": (
        "that agent connects to its server",
        "no: the agent at work",
    ),
    "6385697e-9f1b-40bd-8817-f4a91f40508e": (
        (
            "encoded commands over WinRM: one fetches the installer of Atomic Red Team from the internet and "
            "runs it, three prepare, run and clean up its test of T1047"
        ),
        "no: attack tests are run; Ansible gives an administrator's own script the same form",
    ),
    "602a1f13-c640-4d73-b053-be9a2fa58b96": (
        "PowerShell unpacks the archive of Atomic Red Team, which holds batch files",
        "yes: no PowerUp and no hijacked library; every archive with batch files would do",
    ),
    "f331aa1f-8c53-4fc3-b083-cc159bc971cb": (
        "the same archive holds Get-Keystrokes.ps1",
        "no: the key logger of PowerSploit is there, though nothing runs it",
    ),
}
HEAD = """\
# False positives of SigmaHQ's rules

What the rules of level high or above of SigmaHQ match in logs without an intruder: the real logs and the
weeks of eight hosts [of our own rules](false-positives.md). This writes the page and its table:

    python scripts/false_positives_sigmahq.py FOLDER_OF_ORDINARY_LOGS SIGMA_RULES

A zero out of n events leaves room for a true rate of up to 3/n (95 %, the rule of three), for events like
these. It counts only where at least one event reached the rule's log source, in logs that fill the fields
which the rule needs. The simulated weeks hold what their authors thought of, and so say less.
"""


@dataclass(slots=True)
class Seen:
    """One rule over several corpora."""

    rule: RuleAccount
    events: int = 0
    hosts: int = 0
    matches: int = 0


def seen(found: Iterable[Corpus]) -> dict[str, Seen]:
    """Return the rules of level high or above by their ids, summed over corpora.

    Events that never fill a field that the rule cannot do without are none that it could be silent on.
    """
    rules: dict[str, Seen] = {}
    for corpus in found:
        for rule in corpus.rules:
            if rule.level in GRAVE:
                one = rules.setdefault(rule.id, Seen(rule))
                if rule.status == "field_absent":
                    continue
                one.events += rule.events_evaluated
                one.hosts += rule.hosts_evaluated
                one.matches += rule.matches
    return rules


def matched_lines(found: list[Corpus]) -> list[str]:
    """Return the table of everything that matched, each with what it was."""
    lines = [
        "| rule | level | logs | matches | events | hosts | what it was | a false positive? |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for corpus in found:
        for rule in sorted(corpus.rules, key=lambda rule: (-rule.matches, rule.id)):
            if rule.matches and rule.level in GRAVE:
                what, judged = JUDGED[rule.id]
                lines.append(
                    f"| {rule.title}<br>`{rule.id}` | {rule.level} | {corpus.name} | {rule.matches} "
                    f"| {rule.events_evaluated:,} | {corpus.hosts_matched[rule.id]} | {what} | {judged} |"
                )
    return lines


def matched_sum(found: list[Corpus]) -> str:
    """Return one sentence on all matches."""
    hits = [
        rule for corpus in found for rule in corpus.rules if rule.matches and rule.level in GRAVE
    ]
    wrong = [rule for rule in hits if JUDGED[rule.id][1].startswith("yes")]
    return (
        f"{sum(rule.matches for rule in hits)} matches of {len({rule.id for rule in hits})} rules, "
        f"{sum(rule.matches for rule in wrong)} of them false (rules: {len({rule.id for rule in wrong})}). "
        "All are in one capture of a laboratory, on one domain controller: the agent at its start, and the "
        "attack test at its end, which is marked as such and no ordinary work."
    )


def silent_lines(rules: dict[str, Seen], sources: dict[str, str]) -> list[str]:
    """Return a table of the zeros, a line for each log source."""
    groups: dict[str, list[Seen]] = defaultdict(list)
    for one in rules.values():
        if one.rule.status != "unsupported":
            groups[sources[one.rule.id]].append(one)
    lines = [
        "| log source | rules | reached by none | silent | events that reached a silent one | 3/n |",
        "|---|---|---|---|---|---|",
    ]
    for source, group in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        silent = sorted(one.events for one in group if one.events and not one.matches)
        unreached = sum(not one.events for one in group)
        ends = list(dict.fromkeys((silent[0], silent[-1]))) if silent else []
        events = " to ".join(f"{n:,}" for n in ends)
        lines.append(
            f"| {source} | {len(group)} | {unreached} | {len(silent)} | {events} "
            f"| {' to '.join(map(rate, ends))} |"
        )
    return lines


def silent_sum(rules: dict[str, Seen], real: dict[str, Seen]) -> str:
    """Return how many zeros count."""
    able = [one for one in rules.values() if one.rule.status != "unsupported"]
    unable = [one.rule.reason for one in rules.values() if one.rule.status == "unsupported"]
    silent = sorted(one.events for one in able if one.events and not one.matches)
    real_silent = sum(one.events > 0 and not one.matches for one in real.values())
    middle = silent[len(silent) // 2]
    return (
        f"Of {len(rules):,} rules of level high or above {len(able):,} can be run "
        f"({len(unable):,} cannot: {counted_reasons(unable)}). "
        f"{sum(one.matches > 0 for one in able)} matched, **{len(silent):,} were reached by at least one "
        f"event and matched none** ({real_silent:,} by a real event), "
        f"{sum(not one.events for one in able):,} were reached by no such event: no verdict. "
        f"The silent one in the middle saw {middle:,} events (3/n: {rate(middle)})."
    )


def source_names(folder: str) -> dict[str, str]:
    """Return the log source of each rule, by id."""
    rules = gk.load_rules([folder])
    return {
        rule.id: "/".join(
            filter(None, (rule.logsource.product, rule.logsource.category, rule.logsource.service))
        )
        for rule in rules.rules
    }


def table(real: dict[str, Seen], simulated: dict[str, Seen]) -> str:
    """Return the numbers of every rule that an event reached, as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    kinds = ("real", "simulated")
    columns = [f"{kind}_{what}" for kind in kinds for what in ("events", "hosts", "matches")]
    writer.writerow(["rule", "level", *columns, "upper_bound"])
    for rule, one in sorted(real.items()):
        other = simulated[rule]
        events, matches = one.events + other.events, one.matches + other.matches
        if events:
            bound = "" if matches else rate(events)
            numbers = [n for s in (one, other) for n in (s.events, s.hosts, s.matches)]
            writer.writerow([rule, one.rule.level, *numbers, bound])
    return out.getvalue()


def page(found: list[Corpus], folder: str) -> str:
    """Return the page."""
    rules = seen(found)
    return "\n".join(
        [
            HEAD,
            *corpora_table(found),
            "",
            "## What matched",
            "",
            *matched_lines(found),
            "",
            matched_sum(found),
            "",
            "## What did not",
            "",
            silent_sum(rules, seen(found[:1])),
            "Each of them, with events and hosts (those of each week apart):",
            f"[{TABLE.name}](../../bench/results/{TABLE.name}).",
            "",
            *silent_lines(rules, source_names(folder)),
            "",
        ]
    )


def main() -> None:
    """Hunt through everything, write the page and the table."""
    logs, rules = sys.argv[1:]
    found = list(corpora(Path(logs), rules, WEEKS[:3]))
    PAGE.write_text(page(found, rules), encoding="utf-8")
    TABLE.write_text(table(seen(found[:1]), seen(found[1:])), encoding="utf-8")


if __name__ == "__main__":
    main()
