"""``gamekeeper intel show``: what is known here of a group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.apps.cli.intel_output import held, shown
from gamekeeper.apps.cli.values import Values
from gamekeeper.intel.sheet import group_named, sheet_of
from gamekeeper.reports.intelligence import sheet_json, sheet_lines

if TYPE_CHECKING:
    from gamekeeper.apps.cli.exits import Exit
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Print the sheet of a group."""
    values = Values(typed)
    facts = held().facts
    sheet = sheet_of(group_named(values.word("intel_group"), facts), facts)
    return shown(values, sheet_lines(sheet), sheet_json(sheet))
