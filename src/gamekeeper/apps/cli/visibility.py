"""``gamekeeper visibility``: ask logs, or a case, what they could have shown."""

from __future__ import annotations

import gc
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.hunt import folder_for
from gamekeeper.apps.cli.integrity import looked_at, request_of
from gamekeeper.apps.cli.progress import progress
from gamekeeper.apps.cli.values import Values
from gamekeeper.engine.worker import GC_THRESHOLD
from gamekeeper.model.visibility import Outcome
from gamekeeper.reports import terminal, visibility_json

if TYPE_CHECKING:
    from gamekeeper.model.results import HuntResult
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    gc.set_threshold(GC_THRESHOLD)
    values = Values(typed)
    out = folder_for(values.word("out")) if values.text("out") else None
    request = replace(request_of(values), assets=values.texts("assets"))
    with progress(quiet=values.is_on("quiet")) as shown:
        found = looked_at(request, shown)
    with found:
        written = found.write(out) if out else []
        if values.is_on("json"):
            visibility_json.write(found.result, sys.stdout.buffer)
            sys.stdout.flush()
        else:
            terminal.show_visibility(found.result, written)
        return exit_of(found.result)


def exit_of(result: HuntResult) -> Exit:
    """Return 10 where a check fails."""
    if not result.events:
        return Exit.NOTHING_READABLE
    checks = result.visibility.checks if result.visibility else ()
    return Exit.FINDINGS if any(one.outcome is Outcome.FAIL for one in checks) else Exit.OK
