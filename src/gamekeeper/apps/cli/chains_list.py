"""``gamekeeper chains list``: the chains that a hunt would look for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from gamekeeper.analytics.chains.library import BUILTIN, load_chains
from gamekeeper.analytics.chains.needs import readable
from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.values import Values
from gamekeeper.incidents.json_text import dumps
from gamekeeper.reports.inert import terminal_safe

if TYPE_CHECKING:
    from gamekeeper.analytics.chains.ir import Chain
    from gamekeeper.settings import Value

#: What people are told of the logs that a chain asks for.
_READS: Final = {
    "all": "",
    "some": "  [some of its logs are not read yet]",
    "too few": "  [cannot be found: the logs that it needs are not read yet]",
}


def run(typed: dict[str, Value]) -> Exit:
    """List the chains, each with its level."""
    values = Values(typed)
    known = chains_of(values)
    reads = readable(known)
    chains = sorted(known, key=lambda chain: _by_number(chain.id))
    if values.is_on("json"):
        rows = [row_of(chain, reads[chain.id]) for chain in chains]
        sys.stdout.buffer.write(dumps(rows, pretty=True) + b"\n")
        return Exit.OK
    for chain in chains:
        line = f"{chain.id:<26}  {chain.level:<8}  {chain.name}{_READS[reads[chain.id]]}"
        print(terminal_safe(line))
    return Exit.OK


def chains_of(values: Values) -> tuple[Chain, ...]:
    """Return the chains that were named, or the built-in ones."""
    return load_chains(values.texts("chains") or (BUILTIN,))


def row_of(chain: Chain, reads: str) -> dict[str, object]:
    """Return a line for scripts; ``reads`` as :func:`readable` says it."""
    return {
        "id": chain.id,
        "name": chain.name,
        "level": chain.level,
        "attack": chain.attack,
        "steps": [step.name for step in chain.body.steps],
        "logs_read": reads,
        "path": chain.path,
    }


def _by_number(identity: str) -> tuple[str, int, str]:
    stem, _, number = identity.rpartition("-")
    return (stem, int(number), "") if number.isdecimal() else ("~", 0, identity)
