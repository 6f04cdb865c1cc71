"""``gamekeeper logons``: who logged on where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.apps.cli.asking import ask
from gamekeeper.questions.logons import LogonFilter, logon_matrix, logons

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
    wanted = LogonFilter(
        is_failed=values.is_on("logon_failed"),
        is_interactive=values.is_on("logon_interactive"),
        is_people=values.is_on("logon_people"),
        kinds=values.texts("logon_kind"),
        types=values.texts("logon_type"),
        accounts=values.texts("logon_account"),
        sources=values.texts("logon_source"),
    )
    question = logon_matrix if values.is_on("matrix") else logons
    return question(snapshot, selection, wanted)
