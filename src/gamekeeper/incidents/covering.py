"""Breaks that stand alone hang on the incident of their host in whose time they fall; they tie nothing.

Matches of the very record that a break cites, such as a rule on cleared logs, go with it. A break of a
known account hangs only where that account is at work.

A break says that a log cannot be trusted for a while, seldom who did it. Where signals weigh something on
that host within its time, it belongs to the group that they say most of; where nothing is there, or where
the break lasts so long that anything would fall into it, it stays by itself. So it does where every log that
shows the group ended minutes before the one in which the break stands: recordings that were laid beside each
other say nothing of what happened in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gamekeeper.incidents import witnesses
from gamekeeper.incidents.dependence import of_kind
from gamekeeper.incidents.linking import Groups
from gamekeeper.incidents.observed import times
from gamekeeper.model.incidents import SignalKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from gamekeeper.incidents.parameters import Parameters
    from gamekeeper.incidents.signals import Material
    from gamekeeper.model.traces import TraceStore
    from gamekeeper.questions.searches import Rows


@dataclass(frozen=True, slots=True)
class _Lone:
    """A group of breaks and their echoes: one of the breaks says host and time for all."""

    group: int
    host: int
    account: int  # -1: not known
    source: int  # of the record that shows it, -1 for none
    first: int
    last: int


def covered(
    found: Groups, material: Material, traces: TraceStore, parameters: Parameters
) -> Groups:
    """Return the groups with breaks hung on the incidents that they cover."""
    breaks = _breaks(material)
    if not len(breaks):
        return found
    is_break = np.zeros(len(found.group), bool)
    is_break[np.concatenate([breaks, _echoes(breaks, material)])] = True
    lone = _alone(breaks, found.group, is_break)
    label, by = found.group.copy(), found.kind.copy()
    windows = _windows(lone, found.group, material, parameters)
    ends = witnesses.ends(traces, material.names) if windows else {}
    for one in windows:
        is_told = ~is_break[material.facts.signals] & _goes_on(one, ends, material, parameters)
        home = _home(one, found.group, is_told, material, parameters)
        if home >= 0:
            members = found.group == one.group
            label[members] = home
            by[members] = parameters.links["cover"].number
    return Groups(_least(label), by)


def _breaks(material: Material) -> Rows:
    is_break = of_kind(material.acts, material.spoken.observations, SignalKind.BREAK)
    return np.flatnonzero(is_break)


def _echoes(breaks: Rows, material: Material) -> Rows:
    """Return the matches that rest on nothing but records that breaks cite."""
    acts, units = material.acts, material.exemplars.units
    cited = np.unique(units[acts.exemplars.taken(breaks).values])
    is_other = ~np.isin(units[acts.exemplars.values], cited)
    has_other = np.bincount(acts.exemplars.owners()[is_other], minlength=len(acts)) > 0
    return np.flatnonzero((acts.observations < 0) & ~has_other)


def _alone(breaks: Rows, group: Rows, is_break: NDArray[np.bool_]) -> Rows:
    """Return those breaks beside which their group holds no other signal."""
    others = np.unique(group[~is_break])
    alone: Rows = breaks[~np.isin(group[breaks], others)]
    return alone


def _windows(lone: Rows, group: Rows, material: Material, parameters: Parameters) -> list[_Lone]:
    """Return each group of lone breaks with the time of its heaviest one that is short enough."""
    found: dict[int, _Lone] = {}
    for number in sorted(lone.tolist(), key=lambda at: (-material.bits[at], at)):
        one = material.observation(number)
        row = material.acts.exemplars[number][0]
        host, account = int(material.facts.hosts[row]), int(material.facts.accounts[row])
        first, last = times(one) if one is not None else (None, None)
        if first is None or last is None or host < 0 or material.bits[number] <= 0:
            continue
        if last - first <= parameters.cover.longest:
            source = int(material.exemplars.rows.sources[row])
            home = int(group[number])
            found.setdefault(home, _Lone(home, host, account, source, first, last))
    return list(found.values())


def _goes_on(
    one: _Lone, ends: Mapping[tuple[int, int], int], material: Material, parameters: Parameters
) -> NDArray[np.bool_]:
    """Say of each event whether the log that shows it had not ended, minutes before a break."""
    sources = material.exemplars.rows.sources
    if one.source < 0:
        return np.ones(len(sources), bool)
    least = one.first - parameters.links["tracks"].horizon
    ended = {
        source for (host, source), last in ends.items() if host == one.host and last < least
    } - {one.source}
    answer: NDArray[np.bool_] = ~np.isin(sources, list(ended))
    return answer


def _home(
    one: _Lone,
    group: Rows,
    is_told: NDArray[np.bool_],
    material: Material,
    parameters: Parameters,
) -> int:
    """Return the group of which most is said on the host at the time, -1 for none."""
    facts, near = material.facts, parameters.cover.near
    weights = material.bits
    bridges = weights >= parameters.bridge_bits
    inside = (facts.hosts == one.host) & is_told
    inside &= (facts.times >= one.first - near) & (facts.times <= one.last + near)
    if one.account >= 0:
        inside &= facts.accounts == one.account
    signals = np.unique(facts.signals[inside])
    # Tracks are covered behind those who made them: what begins after a break did not need it.
    before = (facts.hosts == one.host) & (facts.times <= one.last)
    begun = np.unique(group[facts.signals[before & bridges[facts.signals]]])
    heavy = signals[bridges[signals] & np.isin(group[signals], begun)]
    if not len(heavy):
        return -1
    homes, place = np.unique(group[heavy], return_inverse=True)
    said = np.bincount(place, weights=weights[heavy])
    return int(homes[np.argmax(said)])  # of equals the one that began first


def _least(label: Rows) -> Rows:
    """Return labels that are again the least signal of each group."""
    _, first, place = np.unique(label, return_index=True, return_inverse=True)
    answer: Rows = first[place]
    return answer
