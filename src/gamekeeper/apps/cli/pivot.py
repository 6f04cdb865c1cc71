"""``gamekeeper pivot``: from one thing to all that touches it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.apps.cli.asking import ask, one_of
from gamekeeper.questions.pivot import pivot
from gamekeeper.questions.subject import Thing

if TYPE_CHECKING:
    from gamekeeper.apps.cli.exits import Exit
    from gamekeeper.apps.cli.values import Values
    from gamekeeper.model.answers import Answer
    from gamekeeper.settings import Value
    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    return ask(typed, _pivot)


def _pivot(snapshot: Snapshot, selection: Selection, values: Values) -> Answer:
    return pivot(
        snapshot,
        selection,
        values.word("start"),
        thing=one_of(Thing, "--as", values.text("thing")),
        want_events=values.is_on("events"),
    )
