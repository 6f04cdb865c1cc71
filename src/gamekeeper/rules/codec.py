"""Rules as JSON values and back: the form in which a parsed rule set is kept on disk.

A tree is nested lists whose leaves are positions in one table of distinct predicates: most rules repeat
predicates of others, and the table is what makes loading quick.
"""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any, NamedTuple

from gamekeeper.model.findings import FilterAccount, PipelineAccount
from gamekeeper.rules.correlation_ir import (
    Alias,
    Correlation,
    CorrelationType,
    Limit,
)
from gamekeeper.rules.ir import (
    And,
    LogSource,
    Node,
    Not,
    Op,
    Or,
    Predicate,
    Rule,
    RuleSet,
    SkippedRule,
)

_AND, _OR, _NOT = range(3)
_OPS = {op.value: op for op in Op}
_RULE_NAMES = tuple(f.name for f in fields(Rule) if f.name not in {"condition", "logsource"})
_LIST_NAMES = frozenset({"references", "false_positives", "tags", "fields", "filters"})


class Above(NamedTuple):
    """What stands above single rules."""

    correlations: tuple[Correlation, ...]
    filters: tuple[FilterAccount, ...]
    pipelines: tuple[PipelineAccount, ...]


def encode_rules(rules: tuple[Rule, ...], skipped: tuple[SkippedRule, ...]) -> dict[str, Any]:
    """Return rules as JSON values."""
    table: dict[Predicate, int] = {}
    rows = [_rule_row(rule, table) for rule in rules]
    return {
        "predicates": [_predicate_row(predicate) for predicate in table],
        "rules": rows,
        "skipped": [[s.id, s.title, s.path, s.reason, s.level] for s in skipped],
    }


def decode_rules(values: dict[str, Any]) -> tuple[tuple[Rule, ...], tuple[SkippedRule, ...]]:
    """Return the rules that :func:`encode_rules` was given."""
    table = [_predicate(row) for row in values["predicates"]]
    rules = tuple([_rule(row, table) for row in values["rules"]])
    return rules, tuple([SkippedRule(*row) for row in values["skipped"]])


def encode_above(rules: RuleSet) -> dict[str, Any]:
    """Return what stands above single rules as JSON values."""
    return {
        "correlations": [asdict(correlation) for correlation in rules.correlations],
        "filters": [asdict(one) for one in rules.filters],
        "pipelines": [asdict(one) for one in rules.pipelines],
    }


def decode_above(values: dict[str, Any]) -> Above:
    """Return what :func:`encode_above` found in a rule set."""
    return Above(
        tuple(_correlation(row) for row in values["correlations"]),
        tuple(FilterAccount(**_frozen(row)) for row in values["filters"]),
        tuple(PipelineAccount(**_frozen(row)) for row in values["pipelines"]),
    )


def _correlation(row: dict[str, Any]) -> Correlation:
    values = _frozen(row)
    values["type"] = CorrelationType(values["type"])
    values["limits"] = tuple(Limit(**limit) for limit in row["limits"])
    values["aliases"] = tuple(Alias(**_frozen(alias)) for alias in row["aliases"])
    return Correlation(**values)


def _frozen(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row with tuples for its lists."""
    return {
        name: tuple(tuple(v) if isinstance(v, list) else v for v in value)
        if isinstance(value, list)
        else value
        for name, value in row.items()
    }


def _rule_row(rule: Rule, table: dict[Predicate, int]) -> list[Any]:
    source = rule.logsource
    where = [source.product, source.category, source.service]
    tree = _node_row(rule.condition, table)
    return [where, tree, *(getattr(rule, name) for name in _RULE_NAMES)]


def _node_row(node: Node, table: dict[Predicate, int]) -> object:
    if isinstance(node, Predicate):
        return table.setdefault(node, len(table))
    if isinstance(node, Not):
        return [_NOT, _node_row(node.child, table)]
    kind = _AND if isinstance(node, And) else _OR
    return [kind, *(_node_row(child, table) for child in node.children)]


def _predicate_row(predicate: Predicate) -> list[Any]:
    p = predicate
    row: list[Any] = [p.name, p.op.value, p.value]
    if p.cased or p.flags or p.parts or p.part:
        row += [p.cased, p.flags, p.parts, p.part]
    return row


def _predicate(row: list[Any]) -> Predicate:
    if len(row) == 3:
        return Predicate(row[0], _OPS[row[1]], row[2])
    name, op, value, cased, flags, parts, part = row
    return Predicate(name, _OPS[op], value, cased, flags, tuple((k, t) for k, t in parts), part)


def _node(row: int | list[Any], table: list[Predicate]) -> Node:
    if isinstance(row, int):
        return table[row]
    if row[0] == _NOT:
        return Not(_node(row[1], table))
    children = tuple([_node(child, table) for child in row[1:]])
    return And(children) if row[0] == _AND else Or(children)


def _rule(row: list[Any], table: list[Predicate]) -> Rule:
    values: dict[str, Any] = {
        name: tuple(value) if name in _LIST_NAMES else value
        for name, value in zip(_RULE_NAMES, row[2:], strict=True)
    }
    return Rule(logsource=LogSource(*row[0]), condition=_node(row[1], table), **values)
