"""``gamekeeper incidents decide``: status, owner and note of an incident."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.incidents_list import chosen, incidents_of
from gamekeeper.apps.cli.values import Values
from gamekeeper.errors import UsageError
from gamekeeper.incidents.json_text import dumps
from gamekeeper.reports.inert import terminal_safe
from gamekeeper.store.case import Case
from gamekeeper.store.incidents import decide

if TYPE_CHECKING:
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    values = Values(typed)
    case = Case.open(values.word("case"))
    said = {name: values.text(name) for name in ("status", "owner", "note")}
    if not any(text is not None for text in said.values()):
        raise UsageError("say what was decided: --status, --owner or --note")
    name = str(chosen(incidents_of(case), values.word("incident"))["id"])
    manifest = case.manifest()
    try:
        after = decide(manifest, name, **said)
    finally:
        manifest.close()
    if values.is_on("json"):
        sys.stdout.buffer.write(dumps({"id": name, **asdict(after)}, pretty=True) + b"\n")
        sys.stdout.flush()
    else:
        print(terminal_safe(f"{name}: {after.status}, {after.owner or 'no owner'}; {after.note}"))
    return Exit.OK
