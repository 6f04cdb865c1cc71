"""Breaks that stand alone hang on the incident of their host in whose time they fall; they tie nothing.

A break says that a log cannot be trusted for a while, seldom who did it. Where signals weigh something on
that host within its time, it belongs to the group that they say most of; where nothing is there, or where
the break lasts so long that anything would fall into it, it stays by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gamekeeper.incidents.dependence import observation_of
from gamekeeper.incidents.linking import Groups
from gamekeeper.incidents.observed import times
from gamekeeper.model.incidents import SignalKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gamekeeper.incidents.parameters import Parameters
    from gamekeeper.incidents.signals import Material
    from gamekeeper.questions.searches import Rows


@dataclass(frozen=True, slots=True)
class _Lone:
    """A group that holds nothing but breaks: one of them says host and time for all."""

    group: int
    host: int
    first: int
    last: int


def covered(found: Groups, material: Material, parameters: Parameters) -> Groups:
    """Return the groups with breaks hung on the incidents that they cover."""
    breaks = _breaks(material)
    if not len(breaks):
        return found
    is_break = np.zeros(len(found.group), bool)
    is_break[breaks] = True
    lone = _alone(breaks, found.group, is_break)
    label, by = found.group.copy(), found.kind.copy()
    for one in _windows(lone, found.group, material, parameters):
        home = _home(one, found.group, is_break, material, parameters)
        if home >= 0:
            members = found.group == one.group
            label[members] = home
            by[members] = parameters.links["cover"].number
    return Groups(_least(label), by)


def _breaks(material: Material) -> Rows:
    kinds = [observation_of(act, material.cells) for act in material.acts]
    return np.array(
        [at for at, one in enumerate(kinds) if one is not None and one.kind is SignalKind.BREAK],
        np.int64,
    )


def _alone(breaks: Rows, group: Rows, is_break: NDArray[np.bool_]) -> Rows:
    """Return those breaks beside which their group holds no other signal."""
    others = np.unique(group[~is_break])
    alone: Rows = breaks[~np.isin(group[breaks], others)]
    return alone


def _windows(lone: Rows, group: Rows, material: Material, parameters: Parameters) -> list[_Lone]:
    """Return each group of lone breaks with the time of its heaviest one that is short enough."""
    found: dict[int, _Lone] = {}
    for number in sorted(lone.tolist(), key=lambda at: (-material.bits[at], at)):
        one = observation_of(material.acts[number], material.cells)
        host = int(material.facts.hosts[material.acts[number].exemplars[0]])
        first, last = times(one) if one is not None else (None, None)
        if first is None or last is None or host < 0 or material.bits[number] <= 0:
            continue
        if last - first <= parameters.cover.longest:
            found.setdefault(int(group[number]), _Lone(int(group[number]), host, first, last))
    return list(found.values())


def _home(
    one: _Lone,
    group: Rows,
    is_break: NDArray[np.bool_],
    material: Material,
    parameters: Parameters,
) -> int:
    """Return the group of which most is said on the host at the time, -1 for none."""
    facts, near = material.facts, parameters.cover.near
    inside = (facts.hosts == one.host) & ~is_break[facts.signals]
    inside &= (facts.times >= one.first - near) & (facts.times <= one.last + near)
    signals = np.unique(facts.signals[inside])
    bits = np.array(material.bits)[signals]
    heavy = bits >= parameters.bridge_bits
    if not heavy.any():
        return -1
    homes, place = np.unique(group[signals[heavy]], return_inverse=True)
    said = np.bincount(place, weights=bits[heavy])
    return int(homes[np.argmax(said)])  # of equals the one that began first


def _least(label: Rows) -> Rows:
    """Return labels that are again the least signal of each group."""
    _, first, place = np.unique(label, return_index=True, return_inverse=True)
    answer: Rows = first[place]
    return answer
