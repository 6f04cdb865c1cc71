"""On which hosts the absence of something could have been told at all.

That a rule never matched says nothing where its log was not read. So what rests on absence is reported only
for hosts that gave events of that log, whatever they were.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from gamekeeper.model.fingerprint import short_host
from gamekeeper.rules.correlation_ir import CorrelationType
from gamekeeper.rules.correlation_parse import expression_node
from gamekeeper.rules.ir import Node, Not, Predicate, predicates

if TYPE_CHECKING:
    from gamekeeper.engine.account import Account
    from gamekeeper.rules.correlation_ir import Correlation
    from gamekeeper.rules.plan import Plan

#: Correlation -> short names of hosts; those that rest on no absence are not in it.
Watched = dict[int, frozenset[str]]


def negated(given: Correlation) -> frozenset[int]:
    """Return the roles that must not be there."""
    if given.type is CorrelationType.ABSENCE:
        return frozenset(range(1, len(given.rules)))
    if not given.expression:
        return frozenset()
    return _below_not(expression_node(given.expression, given.expression_names))


def _below_not(node: Node) -> frozenset[int]:
    if isinstance(node, Not):
        return frozenset(int(predicate.name) for predicate in predicates(node))
    if isinstance(node, Predicate):
        return frozenset()
    return frozenset[int]().union(*(_below_not(child) for child in node.children))


def watched(plan: Plan, account: Account) -> Watched:
    """Return where all that must not be there could have been seen."""
    found: Watched = {}
    for number, bound in enumerate(plan.correlations):
        roles = negated(bound.correlation)
        if roles:
            hosts = [_hosts(plan, account, bound.roles[role]) for role in roles]
            found[number] = reduce(frozenset.intersection, hosts)
    return found


def _hosts(plan: Plan, account: Account, position: int) -> frozenset[str]:
    count = len(plan.rules.rules)
    if position >= count:
        below = plan.correlations[position - count].roles
        return frozenset[str]().union(*(_hosts(plan, account, role) for role in below))
    names = {
        host
        for bound in plan.bound
        if bound.rule == position
        for host in account.log_hosts(plan, bound.route)
    }
    return frozenset(map(short_host, names))
