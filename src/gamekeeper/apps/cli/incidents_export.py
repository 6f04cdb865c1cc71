"""``gamekeeper incidents export``: all incidents of a case, for others to read."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.incidents_list import incidents_of
from gamekeeper.apps.cli.values import Values
from gamekeeper.errors import UsageError
from gamekeeper.incidents.json_text import dumps
from gamekeeper.reports import incidents_markdown
from gamekeeper.store.case import Case

if TYPE_CHECKING:
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    values = Values(typed)
    form = values.word("incident_format")
    if form not in {"markdown", "json"}:
        raise UsageError(f"incidents cannot be written as {form!r}: there are markdown and json")
    found = incidents_of(Case.open(values.word("case")))
    text = dumps(found, pretty=True) + b"\n"
    if form == "markdown":
        text = incidents_markdown.text(found).encode("utf-8", "backslashreplace")
    sys.stdout.buffer.write(text)
    sys.stdout.flush()
    return Exit.OK
