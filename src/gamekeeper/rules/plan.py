"""What a rule set becomes once it is known where each rule looks.

A *route* selects events of one dataset. A rule is *bound* to one or more routes; in a bound condition the
field names are those of the event (`process_creation` on Security 4688 asks `NewProcessName`, not `Image`)
and the values those that the event uses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gamekeeper.rules.ir import Node, RuleSet

if TYPE_CHECKING:
    from gamekeeper.rules.correlation_ir import Correlation
    from gamekeeper.rules.mappings import FieldMap


@dataclass(frozen=True, slots=True)
class Route:
    """Events of one dataset: those of the given channels (folded) and event ids; empty means any."""

    dataset: str
    channels: tuple[str, ...] = ()
    event_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class BoundRule:
    """One rule on one route, in the event's own words. ``rule`` is the position in ``Plan.rules.rules``."""

    rule: int
    route: Route
    condition: Node


@dataclass(frozen=True, slots=True)
class Reading:
    """How the wanted fields of a correlation read in the events that one of its rules finds on one route."""

    role: int  # position in BoundCorrelation.roles
    rule: int
    route: Route
    fields: tuple[FieldMap, ...]  # one for each of BoundCorrelation.wanted


@dataclass(frozen=True, slots=True)
class Parent:
    """A correlation that takes the matches of another one; ``picks`` finds its wanted values there."""

    correlation: int
    role: int
    picks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BoundCorrelation:
    """One correlation, and what it needs of the events that its rules find."""

    correlation: Correlation
    roles: tuple[int, ...]  # positions of rules; behind them those of correlations
    wanted: tuple[str, ...]  # names of fields
    group: tuple[int, ...]  # positions in ``wanted``
    values: tuple[int, ...]
    parents: tuple[Parent, ...] = ()
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """All rules of a run, bound; ``unroutable`` gives the reason for rules that no known log carries."""

    rules: RuleSet
    bound: tuple[BoundRule, ...]
    unroutable: dict[int, str] = field(default_factory=dict)
    correlations: tuple[BoundCorrelation, ...] = ()  # in the order of ``rules.correlations``
    hidden: int = 0  # rules at the end that no account and no report names: steps of chains
    #: Names the bound conditions: equal only where they are. Empty: nobody vouches for that.
    digest: str = ""

    @property
    def shown(self) -> int:
        """How many rules have accounts; correlations follow behind them there."""
        return len(self.rules.rules) - self.hidden
