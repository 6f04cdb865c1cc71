"""``gamekeeper rules coverage``: rules on the map of ATT&CK."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gamekeeper.apps.cli.asked import asked
from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.progress import progress
from gamekeeper.apps.cli.values import Values
from gamekeeper.authoring.coverage import Covered, hunted, layer, of_plan, of_summary
from gamekeeper.errors import UsageError
from gamekeeper.hunt.rulebook import load_plan
from gamekeeper.incidents.json_text import dumps

if TYPE_CHECKING:
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Write the layer."""
    values = Values(typed)
    summary = values.text("summary")
    rules = _hunted(values, Path(summary)) if summary else _chosen(values)
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


def _hunted(values: Values, summary: Path) -> list[Covered]:
    """Return the rules of a hunt, or of them those that were asked for."""
    found = of_summary(summary)
    return hunted(_chosen(values), found) if values.texts("rules") else found


def _chosen(values: Values) -> list[Covered]:
    with progress(quiet=values.is_on("quiet")) as shown:
        return of_plan(load_plan(asked(values), shown))
