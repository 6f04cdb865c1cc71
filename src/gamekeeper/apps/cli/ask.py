"""``gamekeeper ask``: one question in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.apps.cli.asking import ask
from gamekeeper.model.answers import Answer

if TYPE_CHECKING:
    from gamekeeper.apps.cli.exits import Exit
    from gamekeeper.apps.cli.values import Values
    from gamekeeper.settings import Value
    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    return ask(typed, _sql)


def _sql(snapshot: Snapshot, selection: Selection, values: Values) -> Answer:
    reader = snapshot.database(selection).query(values.word("sql"))
    return Answer("ask", reader.schema, reader)
