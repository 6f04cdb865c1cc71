"""``gamekeeper chains list``: the chains that a hunt would look for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from gamekeeper.analytics.chains.library import BUILTIN, load_chains
from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.values import Values
from gamekeeper.incidents.json_text import dumps
from gamekeeper.reports.inert import terminal_safe

if TYPE_CHECKING:
    from gamekeeper.analytics.chains.ir import Chain
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """List the chains, each with its level."""
    values = Values(typed)
    chains = sorted(chains_of(values), key=lambda chain: _by_number(chain.id))
    if values.is_on("json"):
        sys.stdout.buffer.write(dumps([row_of(chain) for chain in chains], pretty=True) + b"\n")
        return Exit.OK
    for chain in chains:
        print(terminal_safe(f"{chain.id:<26}  {chain.level:<8}  {chain.name}"))
    return Exit.OK


def chains_of(values: Values) -> tuple[Chain, ...]:
    """Return the chains that were named, or the built-in ones."""
    return load_chains(values.texts("chains") or (BUILTIN,))


def row_of(chain: Chain) -> dict[str, object]:
    """Return a line for scripts."""
    return {
        "id": chain.id,
        "name": chain.name,
        "level": chain.level,
        "attack": chain.attack,
        "steps": [step.name for step in chain.body.steps],
        "path": chain.path,
    }


def _by_number(identity: str) -> tuple[str, int, str]:
    stem, _, number = identity.rpartition("-")
    return (stem, int(number), "") if number.isdecimal() else ("~", 0, identity)
