"""The account of every correlation: did it match, could it have, and what could it not take."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gamekeeper.engine.correlation.watched import Watched, negated
from gamekeeper.model.findings import RuleAccount
from gamekeeper.rules.correlation_ir import CorrelationType
from gamekeeper.rules.correlation_parse import COUNT_TYPES, compare, expression_node
from gamekeeper.rules.ir import And, Node, Not, Or, predicates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gamekeeper.rules.correlation_ir import Correlation
    from gamekeeper.rules.ir import RuleSet
    from gamekeeper.rules.plan import BoundCorrelation, Plan

_DEAD: Final = frozenset({"unsupported", "no_such_log", "field_absent"})
#: Rules that a reason names.
_SHOWN: Final = 3


def split_accounts(
    plan: Plan, accounts: Sequence[RuleAccount]
) -> tuple[list[RuleAccount], list[RuleAccount]]:
    """Return the accounts of the rules with those of rules that only correlations use, and the skipped."""
    count = len(plan.rules.rules)
    users = _users(plan.rules)
    own = [
        account if rule.reported else _silenced(account, users[rule.id])
        for rule, account in zip(plan.rules.rules[: plan.shown], accounts, strict=False)
    ]
    return own, list(accounts[count:])


def _users(rules: RuleSet) -> dict[str, str]:
    found: dict[str, str] = {}
    for correlation in rules.correlations:
        for identity in correlation.rules:
            found.setdefault(identity, correlation.title)
    return found


def _silenced(account: RuleAccount, user: str) -> RuleAccount:
    if account.status != "matched":
        return account
    told = f"true {account.matches:,} times, which count for {user!r} and are not reported alone"
    reason = f"{told}; {account.reason}" if account.reason else told
    return replace(account, matches=0, reason=reason)


def foreseen(plan: Plan, base: Sequence[RuleAccount], seen: Watched) -> list[RuleAccount]:
    """Return an account of each correlation before it runs: one with a dead status must not run.

    Whether something is absent cannot be told from logs that would not have held it; where the log was
    read on some host, it may be told there.
    """
    found: list[RuleAccount] = []
    for number, bound in enumerate(plan.correlations):
        roles = [_of(role, base, found) for role in bound.roles]
        account = _described(bound.correlation)
        silent = negated(bound.correlation) if seen.get(number) else frozenset[int]()
        blind = [
            role
            for role, one in enumerate(roles)
            if one.status in _DEAD and not (role in silent and one.status == "no_such_log")
        ]
        dead = _dead(bound.correlation, roles, blind)
        half = [one for one in roles if one.status in _DEAD or one.status == "partial"]
        if dead is not None:
            account = replace(account, status=dead.status, reason=_why(dead))
        elif half:
            told = "; ".join(dict.fromkeys(map(_why, half[:_SHOWN])))
            account = replace(account, status="partial", reason=told)
        events = {role: one.events_evaluated for role, one in zip(bound.roles, roles, strict=True)}
        found.append(
            replace(
                account,
                events_evaluated=sum(events.values()),
                hosts_evaluated=max(one.hosts_evaluated for one in roles),
                hosts_total=max(one.hosts_total for one in roles),
            )
        )
    return found


def _why(account: RuleAccount) -> str:
    return f"{account.title}: {account.reason}" if account.reason else account.title


def is_blind(account: RuleAccount) -> bool:
    """Say whether a foreseen account rules a correlation out."""
    return account.status in _DEAD


def finished(
    plan: Plan,
    ahead: Sequence[RuleAccount],
    counts: Mapping[int, int],
    rows: Mapping[int, int],
    left: Mapping[tuple[int, str], int],
) -> list[RuleAccount]:
    """Return the accounts after the run, given what matched, what was looked at and what was left out."""
    users = _users(plan.rules)
    done = []
    for number, (bound, account) in enumerate(zip(plan.correlations, ahead, strict=True)):
        if is_blind(account):
            done.append(account)
            continue
        notes = sorted((reason, n) for (which, reason), n in left.items() if which == number)
        said = "; ".join(f"{n:,} matches of its rules {reason}" for reason, n in notes)
        matches = counts.get(number, 0)
        status = "matched" if matches else account.status
        if notes and not matches:
            status = "partial" if rows.get(number) else "field_absent"
        reason = "; ".join(filter(None, (account.reason, said)))
        told = replace(account, status=status, reason=reason, matches=matches)
        done.append(_told(bound, told, users))
    return done


def _told(bound: BoundCorrelation, account: RuleAccount, users: Mapping[str, str]) -> RuleAccount:
    if bound.correlation.reported:
        return account
    return _silenced(account, users.get(account.id, ""))


def _of(role: int, base: Sequence[RuleAccount], above: Sequence[RuleAccount]) -> RuleAccount:
    return base[role] if role < len(base) else above[role - len(base)]


def _dead(
    given: Correlation, roles: Sequence[RuleAccount], dead: Sequence[int]
) -> RuleAccount | None:
    """Return the rule without which the correlation cannot be judged, if there is one."""
    if not dead:
        return None
    if given.type in COUNT_TYPES:
        is_possible = len(dead) < len(roles)
    elif given.type in {CorrelationType.ABSENCE, CorrelationType.TEMPORAL_ORDERED}:
        is_possible = False
    elif given.expression:
        node = expression_node(given.expression, given.expression_names)
        is_possible = _possible(node, frozenset(dead))
    else:
        numbers = range(len(roles) - len(dead) + 1)
        is_possible = any(all(compare(limit, n) for limit in given.limits) for n in numbers)
    return None if is_possible else roles[dead[0]]


def _possible(node: Node, dead: frozenset[int]) -> bool:
    """Say whether a condition can be judged, and hold, without these rules."""
    if isinstance(node, And):
        return all(_possible(child, dead) for child in node.children)
    if isinstance(node, Or):
        return any(_possible(child, dead) for child in node.children)
    if isinstance(node, Not):
        return not dead & {int(predicate.name) for predicate in predicates(node)}
    return int(node.name) not in dead


def _described(given: Correlation) -> RuleAccount:
    return RuleAccount(
        id=given.id,
        title=given.title,
        level=given.level,
        status="no_match",
        tags=given.tags,
        path=given.path,
        description=given.description,
        author=given.author,
        false_positives=given.false_positives,
        references=given.references,
    )
