"""What the commands about actors share: the table in use, and one way to print."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.incidents.json_text import dumps
from gamekeeper.intel.library import library
from gamekeeper.reports.inert import terminal_safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gamekeeper.apps.cli.values import Values
    from gamekeeper.intel.library import Library


def held() -> Library:
    """Return the table in use, and say where one that was taken in is not."""
    found = library()
    if found.remark:
        print(terminal_safe(found.remark), file=sys.stderr)
    return found


def shown(values: Values, lines: Iterable[str], document: dict[str, Any]) -> Exit:
    """Print lines for people, or one document for a script."""
    if values.is_on("json"):
        sys.stdout.buffer.write(dumps(document, pretty=True) + b"\n")
        return Exit.OK
    for line in lines:
        print(terminal_safe(line))
    return Exit.OK
