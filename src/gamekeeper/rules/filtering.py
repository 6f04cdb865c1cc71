"""Sigma filters over the rules that they name: the filter's condition becomes part of the rule's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gamekeeper.model.findings import FilterAccount
from gamekeeper.rules.ir import And, SkippedRule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.rules.correlation_ir import SigmaFilter
    from gamekeeper.rules.ir import LogSource, Rule
    from gamekeeper.rules.references import References


def apply_filters(
    rules: list[Rule], filters: Sequence[SigmaFilter], references: References
) -> tuple[list[FilterAccount], list[SkippedRule]]:
    """Narrow the rules in place; return the filters that took, and the others with their reason."""
    applied: list[FilterAccount] = []
    skipped: list[SkippedRule] = []
    for one in filters:
        chosen, missing = _chosen(one, rules, references)
        for position in chosen:
            rule = rules[position]
            condition = And((rule.condition, one.condition))
            rules[position] = replace(rule, condition=condition, filters=(*rule.filters, one.id))
        if chosen:
            ids = tuple(rules[position].id for position in chosen)
            applied.append(FilterAccount(one.id, one.title, one.path, ids, tuple(missing)))
        else:
            reason = "; ".join(missing[:3]) or "no rule has its log source"
            skipped.append(SkippedRule(one.id, one.title, one.path, f"filter: {reason}"))
    return applied, skipped


def _chosen(
    one: SigmaFilter, rules: Sequence[Rule], references: References
) -> tuple[list[int], list[str]]:
    """Return the positions of the rules that a filter narrows, and why it does not narrow others."""
    if not one.rules:
        return [i for i, rule in enumerate(rules) if covers(one.logsource, rule.logsource)], []
    chosen: list[int] = []
    missing: list[str] = []
    for reference in one.rules:
        found = references.all_rules(reference)
        fitting = [i for i in found if covers(one.logsource, rules[i].logsource)]
        chosen += fitting
        if not found:
            missing.append(references.why_not(reference))
        elif not fitting:
            missing.append(f"rule {reference} has another log source")
    return sorted(set(chosen)), missing


def covers(wide: LogSource, narrow: LogSource) -> bool:
    """Say whether a log source means all that another means: what it leaves open may be anything."""
    pairs = (
        (wide.product, narrow.product),
        (wide.category, narrow.category),
        (wide.service, narrow.service),
    )
    return all(not mine or mine == other for mine, other in pairs)
