"""What a hunt observed beside the matches of rules, for the linking: chains and breaks of logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.incidents.of_breaks import of_breaks
from gamekeeper.incidents.of_chains import of_chains
from gamekeeper.incidents.parameters import parameters

if TYPE_CHECKING:
    from gamekeeper.model.breaks import IntegrityResult
    from gamekeeper.model.chains import Chains
    from gamekeeper.model.observations import Observation


def observed(chains: Chains, integrity: IntegrityResult | None) -> tuple[Observation, ...]:
    """Return the observations; without ``integrity`` nobody asked the logs about themselves."""
    given = parameters()
    breaks = of_breaks(integrity, given) if integrity is not None else ()
    return (*of_chains(chains.hits, given), *breaks)
