"""The typed form of what stands above single rules: correlations of their matches, and filters over them.

``correlation_parse`` and ``filtering`` make these from Sigma text, ``resolve`` turns the references in them
into ids of rules that are there, ``correlation_plan`` says which fields of which events they need.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gamekeeper.rules.ir import LogSource, Node


class CorrelationType(StrEnum):
    """How the matches of the named rules are looked at. ``absence`` is ours, the others are Sigma's."""

    EVENT_COUNT = "event_count"
    VALUE_COUNT = "value_count"
    VALUE_SUM = "value_sum"
    VALUE_AVG = "value_avg"
    VALUE_MEDIAN = "value_median"
    VALUE_PERCENTILE = "value_percentile"
    TEMPORAL = "temporal"
    TEMPORAL_ORDERED = "temporal_ordered"
    ABSENCE = "absence"


@dataclass(frozen=True, slots=True)
class Limit:
    """One comparison of the condition; several hold together."""

    op: str  # gt, gte, lt, lte, eq, neq
    number: int | float


@dataclass(frozen=True, slots=True)
class Alias:
    """A name in ``group-by`` that stands for another field in the events of each rule."""

    name: str
    fields: tuple[tuple[str, str], ...]  # reference to a rule, its field


@dataclass(frozen=True, slots=True)
class Correlation:
    """One usable correlation rule. ``rules`` are references as written, and ids once resolved."""

    id: str
    title: str
    level: str
    status: str
    type: CorrelationType
    rules: tuple[str, ...]
    timespan: str  # as written
    timespan_s: int
    group_by: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    fields: tuple[str, ...] = ()  # whose values are counted, summed, …
    percentile: int = 50
    expression: str = ""  # an extended condition, with the references as written
    expression_names: tuple[str, ...] = ()  # the references in it, in the order of ``rules``
    aliases: tuple[Alias, ...] = ()
    generate: bool = False  # the named rules are reported, too
    reported: bool = True
    name: str = ""
    path: str = ""
    description: str = ""
    author: str = ""
    references: tuple[str, ...] = ()
    false_positives: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    licence: str = ""


@dataclass(frozen=True, slots=True)
class SigmaFilter:
    """A condition that narrows other rules; ``rules`` are references, none of them means any rule."""

    id: str
    title: str
    path: str
    logsource: LogSource
    rules: tuple[str, ...]
    condition: Node
