"""What one match says, in bits: the level of its rule, less what is common here, a little for what is rare.

Common is what many hosts show on many days, or one host all day long; a flood is not. Both the rule and
the very shape of the match are looked at: a rule that is true everywhere says less even where the command
is new. What one host does on many of its days is its habit, and nothing rare there, however few other hosts
do it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2
from typing import TYPE_CHECKING

import numpy as np

from gamekeeper.incidents.lists import firsts_of
from gamekeeper.questions.searches import coded

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from numpy.typing import NDArray

    from gamekeeper.incidents.floods import Floods
    from gamekeeper.incidents.lists import Lists
    from gamekeeper.incidents.observed import Spoken
    from gamekeeper.incidents.parameters import Parameters
    from gamekeeper.questions.searches import Ints, Rows


@dataclass(frozen=True, slots=True)
class Seen:
    """On how many host-days something was seen, and in how many of their hours."""

    host_days: int
    hours: int


@dataclass(frozen=True, slots=True)
class Covered:
    """How much the logs cover: days of all hosts, and days from the first to the last."""

    host_days: int
    days: int


@dataclass(frozen=True, slots=True)
class Weight:
    """Bits of one match, and what they rest on."""

    bits: float
    shape: Seen
    rule: Seen


@dataclass(frozen=True, slots=True)
class Weights:
    """Bits of each cell's match; what they rest on by the group of each cell."""

    bits: NDArray[np.float64]
    groups: Ints
    shapes: Sequence[Seen]
    rules: Sequence[Seen]

    def __getitem__(self, cell: int) -> Weight:
        """Return the weight of one cell's match."""
        group = int(self.groups[cell])
        return Weight(float(self.bits[cell]), self.shapes[group], self.rules[group])


def weights(spoken: Spoken, floods: Floods, covered: Covered, parameters: Parameters) -> Weights:
    """Return the weight of each cell's match."""
    groups, rules, cells = spoken.groups, spoken.rules, spoken.cells
    hosts = _numbered(group.host for group in groups)
    shapes, by_rule, here = (
        _seen(_numbered(names), hosts, cells.groups, floods)
        for names in (
            ((group.rule, group.like or group.shape) for group in groups),
            (group.rule for group in groups),
            ((group.rule, group.host) for group in groups),
        )
    )
    first = len(groups) - len(spoken.observations)
    bits = np.empty(len(groups), np.float64)
    for number, group in enumerate(groups):
        shape, rule = shapes[number], by_rule[number]
        common = max(_common(shape, parameters), parameters.rule_share * _common(rule, parameters))
        if number >= first:  # how rare an observation is, it says itself
            bits[number] = spoken.observations[number - first].bits - common
        else:
            level = parameters.level_bits.get(rules[group.rule].level, 0.0)
            rare = _rare(rule.host_days, here[number].host_days, covered, parameters)
            bits[number] = level - common + rare
    return Weights(np.maximum(bits, 0.0)[cells.groups], cells.groups, shapes, by_rule)


def together(
    cells: Lists, rules: Ints, bits: NDArray[np.float64], parameters: Parameters
) -> NDArray[np.float64]:
    """Return the bits of each event of which some cells speak: several rules see the same thing.

    ``rules`` and ``bits`` are those of all cells. One rule counts once, whichever log it saw the event in.
    """
    event, rule, said = cells.owners(), rules[cells.values], bits[cells.values]
    order = np.lexsort((-said, rule, event))
    is_new = firsts_of(event[order]) | firsts_of(rule[order])
    best = order[is_new]
    best = best[np.lexsort((-said[best], event[best]))]
    heaviest = firsts_of(event[best])
    others = np.bincount(event[best[~heaviest]], said[best[~heaviest]], minlength=len(cells))
    others = np.minimum(parameters.others_at_most, parameters.others_share * others)
    summed: NDArray[np.float64] = said[best[heaviest]] + others
    return summed


def _rare(host_days: int, here: int, covered: Covered, parameters: Parameters) -> float:
    """Return what a rule gains that is true on so many host-days, of this host on ``here`` days."""
    share = host_days / max(1, covered.host_days)
    if here >= parameters.habit_days:
        share = max(share, here / max(1, covered.days))
    rare = parameters.rarity_per_doubling * log2(1.0 / min(1.0, share))
    return min(parameters.rarity_at_most, rare)


def _numbered(names: Iterable[Hashable]) -> Rows:
    """Return a number for each name, the same for equal ones."""
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], np.int64)


def _seen(things: Rows, hosts: Rows, groups: Ints, floods: Floods) -> list[Seen]:
    """Return for each group on how many host-days its thing was seen, and in how many hours.

    ``groups`` are those of cells. A flood counts as one hour of one day.
    """
    of_cells, host_of = things[groups], hosts[groups]
    count = int(things.max(initial=-1)) + 1
    days = np.unique(coded(of_cells, host_of, floods.days), return_index=True)[1]
    host_days = np.bincount(of_cells[days], minlength=count)
    hours = np.bincount(of_cells, floods.hours, minlength=count).astype(np.int64)
    hours = np.minimum(hours, 24 * host_days)
    found = [Seen(*one) for one in zip(host_days.tolist(), hours.tolist(), strict=True)]
    return [found[thing] for thing in things.tolist()]


def _common(seen: Seen, parameters: Parameters) -> float:
    per_day = parameters.per_day * log2(seen.host_days)
    return per_day + parameters.per_hour * log2(max(1.0, seen.hours / seen.host_days))
