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
    from collections.abc import Iterable, Sequence

    from gamekeeper.incidents.acts import Act, Exemplars
    from gamekeeper.incidents.cells import Cell
    from gamekeeper.incidents.keys import Facts
    from gamekeeper.incidents.parameters import Parameters
    from gamekeeper.model.observations import Observation
    from gamekeeper.questions.searches import Rows


def observation_of(act: Act, cells: Sequence[Cell]) -> Observation | None:
    """Return the observation that an act is, if it is one."""
    return cells[act.cells[0]].observation


def without_echoes(
    bits: Sequence[float],
    acts: Sequence[Act],
    cells: Sequence[Cell],
    exemplars: Exemplars,
    parameters: Parameters,
) -> list[float]:
    """Return bits in which observations count what the events they cite do not say by themselves."""
    observed = {
        number: found
        for number, act in enumerate(acts)
        if (found := observation_of(act, cells)) is not None
    }
    weights, units = list(bits), exemplars.units()
    said = _said(acts, list(observed), exemplars, units)
    for number in sorted(observed, key=lambda one: (-bits[one], one)):
        cited = set(units[list(acts[number].exemplars)].tolist())
        others = set[int]().union(*(said[unit] for unit in cited))
        said_before = sum(counted(weights[other], 0, parameters) for other in sorted(others))
        known = min(weights[number], said_before)
        weights[number] -= (1.0 - parameters.echo_shares[observed[number].kind]) * known
        for unit in cited:
            said[unit].add(number)
    return weights


def _said(
    acts: Sequence[Act], observed: Sequence[int], exemplars: Exemplars, units: Rows
) -> dict[int, set[int]]:
    """Return, for each event that an observation cites, the acts that rules made of it."""
    cited = np.unique(units[_rows(acts, observed)])
    said: dict[int, set[int]] = {unit: set() for unit in cited.tolist()}
    act_of = np.full(len(units), -1, np.int64)
    act_of[_rows(acts, range(len(acts)))] = np.repeat(
        np.arange(len(acts)), [len(act.exemplars) for act in acts]
    )
    rows = np.flatnonzero(~exemplars.observed & np.isin(units, cited))
    for unit, number in zip(units[rows].tolist(), act_of[rows].tolist(), strict=True):
        said[unit].add(number)
    return said


def _rows(acts: Sequence[Act], numbers: Iterable[int]) -> Rows:
    """Return the exemplars of some acts."""
    return np.fromiter((row for number in numbers for row in acts[number].exemplars), np.int64)


def event_keys_of(
    acts: Sequence[Act],
    cells: Sequence[Cell],
    exemplars: Exemplars,
    facts: Facts,
    parameters: Parameters,
) -> Keys:
    """Return the keys of what observations cite: by them events hang on an observation and on each other."""
    observed = {
        number: found.kind
        for number, act in enumerate(acts)
        if (found := observation_of(act, cells)) is not None
    }
    chains = [number for number, kind in observed.items() if kind is SignalKind.CHAIN]
    units = exemplars.units()
    cited, of_chains = (units[_rows(acts, numbers)] for numbers in (observed, chains))
    chosen = np.flatnonzero(np.isin(units, cited))
    is_tied = np.isin(units[chosen], of_chains)
    links = (parameters.links[word].number for word in ("chain", "event"))
    return Keys(
        np.where(is_tied, *links).astype(np.uint8),
        units[chosen],
        facts.signals[chosen],
        facts.times[chosen].astype(np.int64),
        np.full(len(chosen), Part.SHARES, np.int8),
    )


def track_keys_of(
    acts: Sequence[Act], cells: Sequence[Cell], facts: Facts, parameters: Parameters
) -> Keys:
    """Return the keys by which breaks of one host hang together: who clears one log clears the next."""
    found = (
        act.exemplars[0]
        for act in acts
        if (one := observation_of(act, cells)) is not None and one.kind is SignalKind.BREAK
    )
    rows: Rows = np.array([row for row in found if facts.hosts[row] >= 0], np.int64)
    return Keys(
        np.full(len(rows), parameters.links["tracks"].number, np.uint8),
        facts.hosts[rows].astype(np.int64),
        facts.signals[rows],
        facts.times[rows].astype(np.int64),
        np.full(len(rows), Part.SHARES, np.int8),
    )
