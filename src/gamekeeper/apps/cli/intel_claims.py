"""``gamekeeper intel claims``: who attributes what to whom, and who disputes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.apps.cli.intel_output import held, shown
from gamekeeper.apps.cli.values import Values
from gamekeeper.intel.ledger import ledger
from gamekeeper.intel.sheet import group_named
from gamekeeper.reports.intelligence import ledger_json, ledger_lines

if TYPE_CHECKING:
    from gamekeeper.apps.cli.exits import Exit
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Print the ledger, or what it says of one group."""
    values = Values(typed)
    book, name = ledger(), values.text("claims_group")
    if name is not None:
        book = book.of(group_named(name, held().facts).id)
    return shown(values, ledger_lines(book), ledger_json(book))
