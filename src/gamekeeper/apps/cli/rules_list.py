"""``gamekeeper rules list``: every rule that a hunt would use, and every one that it could not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from gamekeeper.apps.cli.asked import asked
from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.progress import progress
from gamekeeper.apps.cli.values import Values
from gamekeeper.hunt.rulebook import load_plan
from gamekeeper.incidents.json_text import dumps
from gamekeeper.model.reasons import counted_reasons
from gamekeeper.reports.answer import pipeline_remarks
from gamekeeper.reports.inert import terminal_safe
from gamekeeper.rules.choice import RuleChoice
from gamekeeper.rules.ir import Rule, SkippedRule

if TYPE_CHECKING:
    from gamekeeper.rules.correlation_ir import Correlation
    from gamekeeper.rules.plan import Plan
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Print the rules, one a line."""
    values = Values(typed)
    with progress(quiet=values.is_on("quiet")) as shown:
        plan = load_plan(asked(values), shown)
    rows = list(rows_of(plan, choice_of(values)))
    if values.is_on("json"):
        sys.stdout.buffer.write(dumps(rows, pretty=True) + b"\n")
        return Exit.OK
    for row in rows:
        why = f"  [cannot be used: {row['reason']}]" if row["reason"] else ""
        level = row["level"] or "-"
        print(terminal_safe(f"{level:<13}  {row['title'] or row['path']}  ({row['id']}){why}"))
    reasons = [str(row["reason"]) for row in rows if row["reason"]]
    for line in pipeline_remarks(plan.rules.pipelines):
        print(terminal_safe(line), file=sys.stderr)
    if not values.is_on("quiet"):
        why = f": {counted_reasons(reasons)}" if reasons else ""
        usable = len(rows) - len(reasons)
        print(f"{usable:,} rules can be used, {len(reasons):,} cannot{why}", file=sys.stderr)
    return Exit.OK


def choice_of(values: Values) -> RuleChoice:
    """Return the filters that were typed."""
    return RuleChoice(
        levels=values.texts("rule_level"),
        statuses=values.texts("rule_status"),
        tags=values.texts("rule_tag"),
        logsources=values.texts("rule_logsource"),
        texts=values.texts("rule_text"),
    )


def rows_of(plan: Plan, choice: RuleChoice) -> Iterator[dict[str, object]]:
    """Yield every chosen rule; ``reason`` is empty where it can be used.

    What could not be read as a rule says nothing of itself: it is listed where nothing is chosen.
    """
    for number, rule in enumerate(plan.rules.rules):
        if choice.takes(rule):
            yield _row(rule, plan.unroutable.get(number, ""))
    for correlation in plan.rules.correlations:
        if choice.takes(correlation):
            yield _row(correlation, "")
    for skipped in () if choice else plan.rules.skipped:
        yield _row(skipped, skipped.reason)


def _row(rule: Rule | Correlation | SkippedRule, reason: str) -> dict[str, object]:
    return {
        "id": rule.id,
        "title": rule.title,
        "level": rule.level,
        "status": "" if isinstance(rule, SkippedRule) else rule.status,
        "tags": () if isinstance(rule, SkippedRule) else rule.tags,
        "logsource": asdict(rule.logsource) if isinstance(rule, Rule) else {},
        "path": rule.path,
        "reason": reason,
    }
