"""``gamekeeper intel update``: take in an ATT&CK bundle."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.values import Values
from gamekeeper.incidents.json_text import dumps
from gamekeeper.intel import library
from gamekeeper.reports.inert import terminal_safe

if TYPE_CHECKING:
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Take in a bundle and say what is in it."""
    values = Values(typed)
    account = library.update(
        values.word("intel_from"),
        sha256=values.word("sha256"),
        version=values.word("attack_version"),
    )
    if values.is_on("json"):
        sys.stdout.buffer.write(dumps(asdict(account), pretty=True) + b"\n")
        return Exit.OK
    if values.is_on("quiet"):
        return Exit.OK
    version = account.attack or "of a version that the bundle does not say"
    print(
        terminal_safe(
            f"ATT&CK {version}: {account.groups:,} groups, {account.campaigns:,} campaigns, "
            f"{account.techniques:,} techniques"
        )
    )
    for reason, count in account.left_out.items():
        print(terminal_safe(f"  left out, {reason}: {count:,}"))
    print(f"  sha256: {account.sha256}")
    print("It is used from now on. (c) The MITRE Corporation; the table carries its notice.")
    return Exit.OK
