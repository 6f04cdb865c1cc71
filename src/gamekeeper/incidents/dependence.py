"""Several voices on the same events: a chain, a baseline and rules that see one thing do not count thrice.

What was already said of the events that an observation rests on is taken off, but for a share: a chain all
of whose events are signals by themselves says that they belong together, and no more. Matches keep their
weight; of observations the heaviest is looked at first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gamekeeper.incidents.linking import Keys, Part
from gamekeeper.incidents.scoring import counted
from gamekeeper.model.incidents import SignalKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gamekeeper.incidents.acts import Acts
    from gamekeeper.incidents.keys import Facts
    from gamekeeper.incidents.parameters import Parameters
    from gamekeeper.model.observations import Observation
    from gamekeeper.questions.searches import Ints, Rows


def without_echoes(
    bits: NDArray[np.float64],
    acts: Acts,
    observations: Sequence[Observation],
    units: Ints,
    parameters: Parameters,
) -> NDArray[np.float64]:
    """Return bits in which observations count what the events they cite do not say by themselves.

    ``units`` tell of each exemplar which event it is of.
    """
    observed = np.flatnonzero(acts.observations >= 0)
    weights, said = bits.copy(), _said(acts, observed, units)
    for number in observed[np.lexsort((observed, -bits[observed]))].tolist():
        cited = set(units[acts.exemplars[number]].tolist())
        others = set[int]().union(*(said[unit] for unit in cited))
        said_before = sum(counted(weights[other], 0, parameters) for other in sorted(others))
        known = min(weights[number], said_before)
        share = parameters.echo_shares[observations[acts.observations[number]].kind]
        weights[number] -= (1.0 - share) * known
        for unit in cited:
            said[unit].add(number)
    return weights


def _said(acts: Acts, observed: Rows, units: Ints) -> dict[int, set[int]]:
    """Return, for each event that an observation cites, the acts that rules made of it."""
    cited = np.unique(units[acts.exemplars.taken(observed).values])
    said: dict[int, set[int]] = {unit: set() for unit in cited.tolist()}
    owners, rows = acts.exemplars.owners(), acts.exemplars.values
    mine = np.flatnonzero((acts.observations[owners] < 0) & np.isin(units[rows], cited))
    for unit, number in zip(units[rows[mine]].tolist(), owners[mine].tolist(), strict=True):
        said[unit].add(number)
    return said


def event_keys_of(
    acts: Acts,
    observations: Sequence[Observation],
    units: Ints,
    facts: Facts,
    parameters: Parameters,
) -> Keys:
    """Return the keys of what observations cite: by them events hang on an observation and on each other."""
    observed = np.flatnonzero(acts.observations >= 0)
    chains = observed[of_kind(acts, observations, SignalKind.CHAIN)[observed]]
    cited, of_chains = (units[acts.exemplars.taken(some).values] for some in (observed, chains))
    chosen = np.flatnonzero(np.isin(units, cited))
    is_tied = np.isin(units[chosen], of_chains)
    links = (parameters.links[word].number for word in ("chain", "event"))
    return Keys(
        np.where(is_tied, *links).astype(np.uint8),
        units[chosen].astype(np.int64),
        facts.signals[chosen],
        facts.times[chosen].astype(np.int64),
        np.full(len(chosen), Part.SHARES, np.int8),
    )


def track_keys_of(
    acts: Acts, observations: Sequence[Observation], facts: Facts, parameters: Parameters
) -> Keys:
    """Return the keys by which breaks of one host hang together: who clears one log clears the next."""
    rows = acts.exemplars.firsts()[of_kind(acts, observations, SignalKind.BREAK)]
    rows = rows[facts.hosts[rows] >= 0]
    return Keys(
        np.full(len(rows), parameters.links["tracks"].number, np.uint8),
        facts.hosts[rows].astype(np.int64),
        facts.signals[rows],
        facts.times[rows].astype(np.int64),
        np.full(len(rows), Part.SHARES, np.int8),
    )


def of_kind(acts: Acts, observations: Sequence[Observation], kind: SignalKind) -> NDArray[np.bool_]:
    """Say which acts are observations of a kind."""
    # Acts that are none point at what stands behind all observations.
    kinds = np.array([*(one.kind is kind for one in observations), False], np.bool_)
    answer: NDArray[np.bool_] = kinds[acts.observations]
    return answer
