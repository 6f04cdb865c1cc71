"""``gamekeeper network``: which program talked to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.apps.cli.asking import ask
from gamekeeper.errors import UsageError
from gamekeeper.questions.network import listening, network

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
    programs, peers = values.texts("network_program"), values.texts("network_peer")
    if not values.is_on("network_listeners"):
        return network(snapshot, selection, programs=programs, peers=peers)
    if peers:
        raise UsageError(
            "--peer does not go with --listeners: a port that listens has no other end"
        )
    return listening(snapshot, selection, programs=programs)
