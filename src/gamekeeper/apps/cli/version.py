"""``gamekeeper version``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.values import Values
from gamekeeper.hunt.versions import versions

if TYPE_CHECKING:
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Print the versions, Gamekeeper's own first."""
    known = versions()
    if Values(typed).is_on("json"):
        print(json.dumps(known))
        return Exit.OK
    for name, version in known.items():
        print(f"{name} {version}")
    return Exit.OK
