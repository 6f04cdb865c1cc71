"""``gamekeeper chains explain``: one chain, as this program understands it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gamekeeper.analytics.chains.explain import as_json, lines_of
from gamekeeper.analytics.chains.library import BUILTIN, load_chains
from gamekeeper.analytics.chains.needs import needs
from gamekeeper.apps.cli.chains_list import chains_of
from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.values import Values
from gamekeeper.errors import UsageError
from gamekeeper.incidents.json_text import dumps
from gamekeeper.reports.inert import terminal_safe
from gamekeeper.settings import near

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.analytics.chains.ir import Chain
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Explain one chain."""
    values = Values(typed)
    word = values.word("chain")
    if Path(word).is_file():
        chains = load_chains([BUILTIN, word])
        chain = next(one for one in chains if one.path == word)
    else:
        chains = chains_of(values)
        chain = find_chain(chains, word)
    need = next(one for one in needs(chains) if one.chain == chain.id)
    if values.is_on("json"):
        sys.stdout.buffer.write(dumps(as_json(chain, need), pretty=True) + b"\n")
        return Exit.OK
    for line in lines_of(chain, need):
        print(terminal_safe(line))
    return Exit.OK


def find_chain(chains: Sequence[Chain], word: str) -> Chain:
    """Return the chain of an id or a name, in any case; raise UsageError where there is none."""
    folded = word.casefold()
    for chain in chains:
        if folded in {chain.id.casefold(), chain.name.casefold()}:
            return chain
    names = [chain.id for chain in chains]
    raise UsageError(f"there is no chain {word!r} among {len(chains)}{near(word, names)}")
