"""``gamekeeper rules update``: fetch a set of rules; with ``intel update`` all that may use the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.values import Values
from gamekeeper.errors import ContainerError, UsageError
from gamekeeper.reports.inert import terminal_safe
from gamekeeper.rules import library

if TYPE_CHECKING:
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Fetch a set and say what it is."""
    values = Values(typed)
    try:
        fetched = library.update(
            values.word("rules_from"),
            name=values.word("rules_name"),
            sha256=values.word("sha256"),
        )
    except ContainerError as error:
        raise UsageError(str(error)) from None
    if values.is_on("quiet"):
        return Exit.OK
    version = f" {fetched.version}" if fetched.version else ""
    print(terminal_safe(f"{fetched.name}{version}: {fetched.usable:,} rules can be used"))
    if fetched.skipped:
        print(f"  {fetched.skipped:,} cannot; 'gamekeeper rules list' says why")
    print(terminal_safe(f"  licence: {fetched.licence or 'none stated'}"))
    print(f"  sha256: {fetched.sha256}")
    print("Every hunt without --rules uses them from now on.")
    return Exit.OK
