"""The typed form of a rule: a boolean tree over predicates, after parsing and before any mapping.

``parse`` makes it from Sigma text, ``routing`` says on which events it runs and under which column names,
``engine`` evaluates it. Values are already unescaped; wildcards are already patterns.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.model.findings import FilterAccount, PipelineAccount
    from gamekeeper.rules.correlation_ir import Correlation


class Op(StrEnum):
    """What a predicate asks of one value of a field. Text operators fold case unless ``cased``."""

    EQUALS = "equals"
    CONTAINS = "contains"
    STARTSWITH = "startswith"
    ENDSWITH = "endswith"
    GLOB = "glob"  # inner wildcards: ``parts`` says what stands between them
    REGEX = "re"  # Python ``re.search``; ``flags`` from "ims"
    CIDR = "cidr"
    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"
    EXISTS = "exists"  # value "true" or "false": the field is there, whatever it holds
    NULL = "null"  # the field is absent
    FIELD_EQUALS = "fieldref"  # ``value`` names another field of the same event
    FIELD_STARTSWITH = "fieldref_startswith"
    FIELD_ENDSWITH = "fieldref_endswith"
    FIELD_CONTAINS = "fieldref_contains"
    TIME_PART = "time_part"  # ``part`` of the field's time equals the number in ``value``


#: What asks two fields of one event.
REFERENCES: Final = frozenset(
    {Op.FIELD_EQUALS, Op.FIELD_STARTSWITH, Op.FIELD_ENDSWITH, Op.FIELD_CONTAINS}
)


@dataclass(frozen=True, slots=True)
class Predicate:
    """One question about one field; ``name`` is the rule's own word for the field, "" for keywords.

    A keyword (``name == ""``) asks every field of the event. ``parts`` is for GLOB only: literals with
    ``"*"`` and ``"?"`` tokens between them, as ``("lit", "C:\\\\"), ("any", ""), ("one", "")``.
    """

    name: str
    op: Op
    value: str = ""
    cased: bool = False
    flags: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    part: str = ""  # TIME_PART and comparisons with one: minute, hour, day, week, month, year

    @property
    def text(self) -> str:
        """The predicate as a person would write it: ``Image|endswith: '\\\\cmd.exe'``."""
        name = self.name or "keyword"
        operator = "" if self.op is Op.EQUALS else f"|{self.op.value}"
        cased = "|cased" if self.cased else ""
        part = f"|{self.part}" if self.part else ""
        return f"{name}{part}{operator}{cased}: {self.value!r}"


@dataclass(frozen=True, slots=True)
class And:
    """True where every child is; true without children."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """True where any child is; false without children."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True where the child is not."""

    child: Node


Node = And | Or | Not | Predicate


@dataclass(frozen=True, slots=True)
class LogSource:
    """Where a rule wants to look, in Sigma's words."""

    product: str = ""
    category: str = ""
    service: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One usable Sigma rule. Several conditions in one rule are alternatives: they become an ``Or``."""

    id: str
    title: str
    level: str  # informational, low, medium, high, critical
    status: str
    logsource: LogSource
    condition: Node
    path: str = ""
    description: str = ""
    author: str = ""
    references: tuple[str, ...] = ()
    false_positives: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    licence: str = ""
    name: str = ""  # by which correlations and filters may call it
    filters: tuple[str, ...] = ()  # ids of the filters that are part of the condition
    reported: bool = True  # false: its matches are for the correlations that name it


@dataclass(frozen=True, slots=True)
class SkippedRule:
    """A rule that was read and cannot run, with the reason."""

    id: str
    title: str
    path: str
    reason: str
    level: str = ""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Every rule that was read: usable ones, and the others with their reason.

    A correlation comes behind those that it refers to.
    """

    rules: tuple[Rule, ...]
    skipped: tuple[SkippedRule, ...] = ()
    origin: tuple[str, ...] = ()
    digest: str = field(default="", compare=False)
    correlations: tuple[Correlation, ...] = ()
    filters: tuple[FilterAccount, ...] = ()
    pipelines: tuple[PipelineAccount, ...] = ()


def predicates(node: Node) -> Iterator[Predicate]:
    """Yield the predicates of a tree in the order in which they are written."""
    if isinstance(node, Predicate):
        yield node
    elif isinstance(node, Not):
        yield from predicates(node.child)
    else:
        for child in node.children:
            yield from predicates(child)
