"""``gamekeeper search``: find events by what stands in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.apps.cli.asking import ask
from gamekeeper.questions.finding.search import search

if TYPE_CHECKING:
    from gamekeeper.apps.cli.exits import Exit
    from gamekeeper.apps.cli.values import Values
    from gamekeeper.model.answers import Answer
    from gamekeeper.settings import Value
    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    return ask(typed, _search)


def _search(snapshot: Snapshot, selection: Selection, values: Values) -> Answer:
    return search(
        snapshot,
        selection,
        values.texts("terms"),
        is_regex=values.is_on("regex"),
        is_any=values.is_on("any_term"),
    )
