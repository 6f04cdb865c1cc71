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
    weights = list(bits)
    observed = [
        (number, found)
        for number, act in enumerate(acts)
        if (found := observation_of(act, cells)) is not None
    ]
    if not observed:
        return weights
    cited = {exemplars.unit(row) for number, _ in observed for row in acts[number].exemplars}
    said: dict[object, set[int]] = {unit: set() for unit in cited}
    of_matches = np.flatnonzero(~exemplars.observed).tolist()
    act_of = {row: number for number, act in enumerate(acts) for row in act.exemplars}
    for row in of_matches:
        if exemplars.unit(row) in said:
            said[exemplars.unit(row)].add(act_of[row])
    for number, found in sorted(observed, key=lambda one: (-bits[one[0]], one[0])):
        units = {exemplars.unit(row) for row in acts[number].exemplars}
        others = {other for unit in units for other in said[unit]}
        said_before = sum(counted(weights[other], 0, parameters) for other in sorted(others))
        known = min(weights[number], said_before)
        weights[number] -= (1.0 - parameters.echo_shares[found.kind]) * known
        for unit in units:
            said[unit].add(number)
    return weights


def event_keys_of(
    acts: Iterable[Act],
    cells: Sequence[Cell],
    exemplars: Exemplars,
    facts: Facts,
    parameters: Parameters,
) -> Keys:
    """Return the keys of what observations cite: by them events hang on an observation and on each other."""
    word_of: dict[object, str] = {}
    for act in acts:
        found = observation_of(act, cells)
        for row in act.exemplars if found is not None else ():
            word = "chain" if found is not None and found.kind is SignalKind.CHAIN else "event"
            unit = exemplars.unit(row)
            word_of[unit] = "chain" if "chain" in (word, word_of.get(unit)) else word
    numbers = {unit: number for number, unit in enumerate(word_of)}
    rows: list[int] = []
    if numbers:
        rows = [row for row in range(len(exemplars.rows)) if exemplars.unit(row) in numbers]
    chosen: Rows = np.array(rows, np.int64)
    units = [exemplars.unit(row) for row in rows]
    return Keys(
        np.array([parameters.links[word_of[unit]].number for unit in units], np.uint8),
        np.array([numbers[unit] for unit in units], np.int64),
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
