"""``gamekeeper incidents show``: one incident as a story."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.incidents_list import chosen, incidents_of
from gamekeeper.apps.cli.values import Values
from gamekeeper.incidents.json_text import dumps
from gamekeeper.reports import incident_parts, terminal
from gamekeeper.store.case import Case

if TYPE_CHECKING:
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    values = Values(typed)
    one = chosen(incidents_of(Case.open(values.word("case"))), values.word("incident"))
    if values.is_on("json"):
        sys.stdout.buffer.write(dumps(one, pretty=True) + b"\n")
        sys.stdout.flush()
    else:
        terminal.draw(incident_parts.story(one, values.count("steps") or incident_parts.STEPS))
    return Exit.OK
