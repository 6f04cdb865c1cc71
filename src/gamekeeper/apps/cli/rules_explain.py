"""``gamekeeper rules explain``: one rule, as this program understands it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gamekeeper.apps.cli.asked import asked, changes_of
from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.progress import progress
from gamekeeper.apps.cli.values import Values
from gamekeeper.authoring.explain import explain, find_rule, only_rule
from gamekeeper.authoring.explanation import as_json, as_lines
from gamekeeper.hunt.rulebook import load_cached, load_plan
from gamekeeper.incidents.json_text import dumps
from gamekeeper.reports.inert import terminal_safe

if TYPE_CHECKING:
    from gamekeeper.rules.ir import Rule
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Explain one rule."""
    values = Values(typed)
    explained = explain(_rule(values))
    if values.is_on("json"):
        sys.stdout.buffer.write(dumps(as_json(explained), pretty=True) + b"\n")
        return Exit.OK
    for line in as_lines(explained):
        print(terminal_safe(line))
    return Exit.OK


def _rule(values: Values) -> Rule:
    word = values.word("rule")
    with progress(quiet=values.is_on("quiet")) as shown:
        if Path(word).is_file():
            return only_rule(load_cached([word], shown, changes_of(values)), word)
        plan = load_plan(asked(values), shown)
    return find_rule(plan.rules, word)
