"""``gamekeeper metrics``: how many events of each kind a case has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.apps.cli.asking import ask
from gamekeeper.errors import UsageError
from gamekeeper.questions.metrics import By, metrics
from gamekeeper.settings import near

if TYPE_CHECKING:
    from gamekeeper.apps.cli.exits import Exit
    from gamekeeper.apps.cli.values import Values
    from gamekeeper.model.answers import Answer
    from gamekeeper.settings import Value
    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    return ask(typed, _metrics)


def _metrics(snapshot: Snapshot, selection: Selection, values: Values) -> Answer:
    asked = tuple(_by(name) for name in values.texts("metrics_by"))
    return metrics(snapshot, selection, asked) if asked else metrics(snapshot, selection)


def _by(name: str) -> By:
    known = [part.value for part in By]
    if name.strip().lower() not in known:
        raise UsageError(f"{name!r} is none of {', '.join(known)}{near(name, known)}")
    return By(name.strip().lower())
