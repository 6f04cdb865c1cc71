"""``gamekeeper rules list``: every rule that a hunt would use, and every one that it could not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.progress import progress
from gamekeeper.apps.cli.values import Values
from gamekeeper.hunt.request import Request
from gamekeeper.hunt.rulebook import load_plan
from gamekeeper.incidents.json_text import dumps
from gamekeeper.reports.inert import terminal_safe

if TYPE_CHECKING:
    from gamekeeper.rules.plan import Plan
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Print the rules, one a line."""
    values = Values(typed)
    request = Request(("-",), rules=values.texts("rules"))
    with progress(quiet=values.is_on("quiet")) as shown:
        plan = load_plan(request, shown)
    rows = list(rows_of(plan))
    if values.is_on("json"):
        sys.stdout.buffer.write(dumps(rows, pretty=True) + b"\n")
        return Exit.OK
    for row in rows:
        why = f"  [cannot be used: {row['reason']}]" if row["reason"] else ""
        level = row["level"] or "-"
        print(terminal_safe(f"{level:<13}  {row['title'] or row['path']}  ({row['id']}){why}"))
    unused = sum(bool(row["reason"]) for row in rows)
    if not values.is_on("quiet"):
        print(f"{len(rows) - unused:,} rules can be used, {unused:,} cannot", file=sys.stderr)
    return Exit.OK


def rows_of(plan: Plan) -> Iterator[dict[str, str]]:
    """Yield every rule that was read; ``reason`` is empty where it can be used."""
    for number, rule in enumerate(plan.rules.rules):
        yield {
            "id": rule.id,
            "title": rule.title,
            "level": rule.level,
            "path": rule.path,
            "reason": plan.unroutable.get(number, ""),
        }
    for skipped in plan.rules.skipped:
        yield {
            "id": skipped.id,
            "title": skipped.title,
            "level": skipped.level,
            "path": skipped.path,
            "reason": skipped.reason,
        }
