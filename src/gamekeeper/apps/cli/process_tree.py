"""``gamekeeper process-tree``: who started what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.apps.cli.asking import ask
from gamekeeper.questions.processes.tree import process_tree
from gamekeeper.reports.process_tree import write_tree

if TYPE_CHECKING:
    from gamekeeper.apps.cli.exits import Exit
    from gamekeeper.apps.cli.values import Values
    from gamekeeper.model.answers import Answer
    from gamekeeper.settings import Value
    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    return ask(typed, _question, write_tree)


def _question(snapshot: Snapshot, selection: Selection, values: Values) -> Answer:
    return process_tree(
        snapshot,
        selection,
        root=values.text("tree_root"),
        match=values.text("tree_match"),
        lookback_days=values.count("tree_lookback"),
    )
