"""Checks of what a rule costs the others: rules that must be judged on every event, slow expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.authoring.cost import CostClass, cost_of, slow_expressions
from gamekeeper.authoring.remarks import note
from gamekeeper.engine.rule_accounts import log_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.authoring.remarks import Say, Subject


def no_witness(subject: Subject) -> Iterator[Say]:
    """A rule without a text of which one must be there is judged on every event of its log."""
    costly = [b for b in subject.bound if cost_of(b.condition).kind is CostClass.EVERY_EVENT]
    logs = dict.fromkeys(log_name(bound.route) for bound in costly)
    if len(logs) > 3:
        logs = dict.fromkeys([*list(logs)[:2], f"{len(logs) - 2} more logs"])
    if logs:
        yield note(f"it is judged on every event of {', '.join(logs)}", "detection", "condition")


def slow_regex(subject: Subject) -> Iterator[Say]:
    """An expression that can take long, or that no fixed text can stand in for."""
    if subject.rule is None:
        return
    for predicate, why in slow_expressions(subject.rule.condition):
        yield note(f"slow regular expression {predicate.value[:80]}: {why}", "detection")
