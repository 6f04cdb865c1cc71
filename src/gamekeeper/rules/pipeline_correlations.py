"""Pipelines over correlations: fields by which they group and count are renamed like those of rules.

A condition on the log source is true of a correlation where it is true of one of its rules, as in pySigma.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sigma.correlations import SigmaCorrelationCondition, SigmaCorrelationRule, SigmaRuleReference
from sigma.rule import SigmaRule

from gamekeeper.errors import RuleError
from gamekeeper.rules.correlation_ir import Alias, Correlation
from gamekeeper.rules.ir import Rule, SkippedRule
from gamekeeper.rules.pipelines import log_source
from gamekeeper.rules.references import References

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.rules.pipelines import Pipelines
    from gamekeeper.rules.resolve import Found


def change_correlations(pipelines: Pipelines, found: Found) -> None:
    """Apply pipelines to what was found; a correlation that one of them refuses is skipped."""
    references = References(found.rules, found.correlations, found.skipped)
    kept: list[Correlation] = []
    for given in found.correlations:
        try:
            kept.append(_changed(pipelines, given, references))
        except RuleError as error:
            found.skipped.append(
                SkippedRule(given.id, given.title, given.path, str(error), given.level)
            )
    found.correlations = kept


def _changed(pipelines: Pipelines, given: Correlation, references: References) -> Correlation:
    rule = _rule_of(given)
    rule.referenced_rules = [_reference(one) for one in _rules_below(given, references)]
    pipelines.run(rule)
    condition = rule.condition
    assert isinstance(condition, SigmaCorrelationCondition)
    fields = condition.fieldref or ()
    return replace(
        given,
        group_by=tuple(rule.group_by or ()),
        fields=(fields,) if isinstance(fields, str) else tuple(fields),
        aliases=tuple(
            Alias(alias.alias, tuple((ref.reference, name) for ref, name in alias.mapping.items()))
            for alias in rule.aliases
        ),
    )


def _rule_of(given: Correlation) -> SigmaCorrelationRule:
    """Return pySigma's form of a correlation. It knows neither ``absence`` nor ranges: any type will do."""
    rule = SigmaCorrelationRule.from_dict(
        {
            "title": given.title,
            "id": given.id,
            "name": given.name,
            "status": given.status,
            "level": given.level,
            "description": given.description,
            "author": given.author,
            "tags": list(given.tags),
            "correlation": {
                "type": "event_count",
                "rules": list(given.rules),
                "group-by": list(given.group_by),
                "timespan": "1s",
                "condition": {"gte": 1},
                "aliases": {alias.name: dict(alias.fields) for alias in given.aliases},
            },
        },
        collect_errors=True,
    )
    assert isinstance(rule.condition, SigmaCorrelationCondition)
    rule.condition.fieldref = list(given.fields) or None
    return rule


def _rules_below(
    given: Correlation, references: References, seen: frozenset[str] = frozenset()
) -> Iterator[Rule]:
    """Yield the single rules that a correlation refers to, by whatever way; circles end."""
    for reference in given.rules:
        for item in references.items(reference):
            if isinstance(item, Rule):
                yield item
            elif item.id not in seen:
                yield from _rules_below(item, references, seen | {given.id, item.id})


def _reference(rule: Rule) -> SigmaRuleReference:
    reference = SigmaRuleReference(rule.id)
    reference.rule = SigmaRule(title=rule.title, logsource=log_source(rule.logsource))
    return reference
