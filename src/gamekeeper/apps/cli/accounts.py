"""``gamekeeper accounts``: the accounts that the events name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.apps.cli.asking import ask
from gamekeeper.questions.accounts import accounts

if TYPE_CHECKING:
    from gamekeeper.apps.cli.exits import Exit
    from gamekeeper.apps.cli.values import Values
    from gamekeeper.model.answers import Answer
    from gamekeeper.settings import Value
    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    return ask(typed, _answer)


def _answer(snapshot: Snapshot, selection: Selection, values: Values) -> Answer:
    return accounts(snapshot, selection, values.texts("ask_name"))
