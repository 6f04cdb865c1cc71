"""What a hunt observed beside the matches of rules, for the linking: chains, breaks, what is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.incidents.of_anomalies import of_anomalies
from gamekeeper.incidents.of_breaks import of_breaks
from gamekeeper.incidents.of_chains import of_chains
from gamekeeper.incidents.parameters import parameters

if TYPE_CHECKING:
    from gamekeeper.model.anomalies import Baselines
    from gamekeeper.model.breaks import IntegrityResult
    from gamekeeper.model.chains import Chains
    from gamekeeper.model.observations import Observation


def observed(
    chains: Chains, integrity: IntegrityResult | None, baselines: Baselines
) -> tuple[Observation, ...]:
    """Return the observations; without ``integrity`` nobody asked the logs about themselves."""
    given = parameters()
    breaks = of_breaks(integrity, given) if integrity is not None else ()
    return (*of_chains(chains.hits, given), *breaks, *of_anomalies(baselines.anomalies))
