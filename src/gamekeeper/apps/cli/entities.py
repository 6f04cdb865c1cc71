"""``gamekeeper entities``: hosts, accounts, addresses and sessions, each under all of its names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.apps.cli.asking import ask, one_of
from gamekeeper.entities.entity import Kind
from gamekeeper.questions.entities import entities

if TYPE_CHECKING:
    from gamekeeper.apps.cli.exits import Exit
    from gamekeeper.apps.cli.values import Values
    from gamekeeper.model.answers import Answer
    from gamekeeper.settings import Value
    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    return ask(typed, _entities)


def _entities(snapshot: Snapshot, selection: Selection, values: Values) -> Answer:
    return entities(snapshot, selection, one_of(Kind, "--kind", values.text("entity_kind")))
