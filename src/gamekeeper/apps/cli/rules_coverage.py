"""``gamekeeper rules coverage``: rules on the map of ATT&CK."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.progress import progress
from gamekeeper.apps.cli.values import Values
from gamekeeper.authoring.coverage import layer, of_plan, with_summary
from gamekeeper.errors import UsageError
from gamekeeper.hunt.request import Request
from gamekeeper.hunt.rulebook import load_plan
from gamekeeper.incidents.json_text import dumps

if TYPE_CHECKING:
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Write the layer."""
    values = Values(typed)
    with progress(quiet=values.is_on("quiet")) as shown:
        plan = load_plan(Request(("-",), rules=values.texts("rules")), shown)
    rules = of_plan(plan)
    summary = values.text("summary")
    if summary:
        rules = with_summary(rules, Path(summary))
    text = dumps(layer(rules, is_hunt=bool(summary)), pretty=True) + b"\n"
    out = values.text("layer")
    if not out:
        sys.stdout.buffer.write(text)
        return Exit.OK
    try:
        Path(out).write_bytes(text)
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}") from None
    return Exit.OK
