"""What one match says, in bits: the level of its rule, less what is common here, a little for what is rare.

Common is what many hosts show on many days, or one host all day long. Both the rule and the very shape of
the match are looked at: a rule that is true everywhere says less even where the command is new. What one
host does on many of its days is its habit, and nothing rare there, however few other hosts do it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import log2
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from gamekeeper.incidents.cells import Cell
    from gamekeeper.incidents.grouping import Group
    from gamekeeper.incidents.parameters import Parameters
    from gamekeeper.incidents.records import RuleLike


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


def weights(
    cells: Sequence[Cell],
    groups: Sequence[Group],
    rules: Sequence[RuleLike],
    covered: Covered,
    parameters: Parameters,
) -> list[Weight]:
    """Return the weight of each cell's match."""
    by_shape = _seen((_shape(cell, groups), cell, groups) for cell in cells)
    by_rule = _seen((groups[cell.group].rule, cell, groups) for cell in cells)
    on_host = _seen((_place(cell, groups), cell, groups) for cell in cells)
    found = []
    for cell in cells:
        group = groups[cell.group]
        shape, rule = by_shape[_shape(cell, groups)], by_rule[group.rule]
        common = max(_common(shape, parameters), parameters.rule_share * _common(rule, parameters))
        if cell.observation is not None:
            bits = cell.observation.bits - common  # how rare it is, it says itself
        else:
            level = parameters.level_bits.get(rules[group.rule].level, 0.0)
            here = on_host[_place(cell, groups)].host_days
            bits = level - common + _rare(rule.host_days, here, covered, parameters)
        found.append(Weight(max(0.0, bits), shape, rule))
    return found


def together(parts: Iterable[float], parameters: Parameters) -> float:
    """Return the bits of one event of which several rules speak: they see the same thing."""
    ordered = sorted(parts, reverse=True)
    if not ordered:
        return 0.0
    others = parameters.others_share * sum(ordered[1:])
    return ordered[0] + min(parameters.others_at_most, others)


def _shape(cell: Cell, groups: Sequence[Group]) -> tuple[int, str]:
    group = groups[cell.group]
    return group.rule, group.shape


def _place(cell: Cell, groups: Sequence[Group]) -> tuple[int, str]:
    group = groups[cell.group]
    return group.rule, group.host


def _rare(host_days: int, here: int, covered: Covered, parameters: Parameters) -> float:
    """Return what a rule gains that is true on so many host-days, of this host on ``here`` days."""
    share = host_days / max(1, covered.host_days)
    if here >= parameters.habit_days:
        share = max(share, here / max(1, covered.days))
    rare = parameters.rarity_per_doubling * log2(1.0 / min(1.0, share))
    return min(parameters.rarity_at_most, rare)


def _seen(found: Iterable[tuple[Hashable, Cell, Sequence[Group]]]) -> dict[Hashable, Seen]:
    days: dict[Hashable, set[tuple[str, int]]] = defaultdict(set)
    hours: dict[Hashable, int] = defaultdict(int)
    for key, cell, groups in found:
        days[key].add((groups[cell.group].host, cell.day))
        hours[key] += max(1, cell.hours)
    return {key: Seen(len(days[key]), min(hours[key], 24 * len(days[key]))) for key in days}


def _common(seen: Seen, parameters: Parameters) -> float:
    per_day = parameters.per_day * log2(seen.host_days)
    return per_day + parameters.per_hour * log2(max(1.0, seen.hours / seen.host_days))
