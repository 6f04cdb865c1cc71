"""``gamekeeper rules noise``: which rules make the most of a hunt's matches."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.values import Values
from gamekeeper.incidents.json_text import dumps
from gamekeeper.reports.inert import terminal_safe
from gamekeeper.tuning.noise import noise_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.settings import Value
    from gamekeeper.tuning.noise import Noise, RuleNoise


def run(typed: dict[str, Value]) -> Exit:
    """Print the rules, the noisiest first."""
    values = Values(typed)
    noise = noise_of(Path(values.word("hunt_folder")))
    if values.is_on("json"):
        sys.stdout.buffer.write(dumps(asdict(noise), pretty=True) + b"\n")
        return Exit.OK
    for line in lines_of(noise, values.count("rules_shown")):
        print(line)
    if noise.damaged:
        print(f"lines of matches.jsonl that are no match: {noise.damaged:,}", file=sys.stderr)
    return Exit.OK


def lines_of(noise: Noise, limit: int) -> Iterator[str]:
    """Yield a line for each rule, and below it its commonest values."""
    days = "unknown" if noise.host_days is None else f"{noise.host_days:,}"
    yield (
        f"{noise.matches:,} matches of {len(noise.rules):,} rules, {noise.suppressed:,} more allowed; "
        f"host-days: {days}"
    )
    if noise.rules:
        yield "matches  share  a host-day  hosts  host-days  shapes  level          rule"
    for rule in noise.rules[:limit]:
        yield terminal_safe(_figures(rule) + f"{rule.level:<13}  {rule.title}  ({rule.id})")
        for top in rule.top:
            told = "; ".join(f"{count:,} x {value}" for value, count in top.values)
            yield terminal_safe(f"           {top.field}: {told}", 500)
    if len(noise.rules) > limit:
        yield f"and {len(noise.rules) - limit:,} more rules; --limit and --json show more"


def _figures(rule: RuleNoise) -> str:
    rate = "-" if rule.per_host_day is None else f"{rule.per_host_day:,.2f}"
    more = "+" if rule.is_bounded else " "
    return (
        f"{rule.matches:>7,}  {rule.share:>5.1%}  {rate:>10}  {rule.hosts:>5,}  {rule.host_days:>9,}  "
        f"{rule.shapes:>6,}{more} "
    )
