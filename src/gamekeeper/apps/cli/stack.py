"""``gamekeeper stack``: how often values occur."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.apps.cli.asking import ask
from gamekeeper.questions.finding.stack import stack

if TYPE_CHECKING:
    from gamekeeper.apps.cli.exits import Exit
    from gamekeeper.apps.cli.values import Values
    from gamekeeper.model.answers import Answer
    from gamekeeper.settings import Value
    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    return ask(typed, _stack)


def _stack(snapshot: Snapshot, selection: Selection, values: Values) -> Answer:
    fields = values.texts("fields")
    return stack(snapshot, selection, fields, most_first=values.is_on("most_first"))
