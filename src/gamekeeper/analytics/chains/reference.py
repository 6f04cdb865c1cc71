"""The slow truth of chains: every stretch of every group looked at as a whole, again and again.

Simple on purpose. The walk, which goes over each group once, must give the same windows.
"""

from __future__ import annotations

from itertools import groupby, product
from typing import TYPE_CHECKING

from gamekeeper.analytics.chains.ir import HOUR, Order, StepIs, named
from gamekeeper.engine.correlation.windows import TICKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.analytics.chains.ir import Step, Term
    from gamekeeper.analytics.chains.plan import BoundBody
    from gamekeeper.analytics.chains.schema import Fact


def stretches(bound: BoundBody, facts: Sequence[Fact]) -> list[tuple[int, int]]:
    """Return the windows of a body: positions of first and last event in what is sorted by group and time."""
    absent = {role for role, step in enumerate(bound.body.steps) if step.is_absent}
    found: list[tuple[int, int]] = []
    numbered = list(enumerate(facts))
    for _, members in groupby(numbered, key=lambda item: item[1].key):
        for is_cut, stretch in groupby(members, key=lambda item: item[1].role in absent):
            if not is_cut:
                found += _minimal(bound, list(stretch))
    return sorted(found, key=lambda window: (window[1], window[0]))


def _minimal(bound: BoundBody, stretch: list[tuple[int, Fact]]) -> Iterator[tuple[int, int]]:
    facts = [fact for _, fact in stretch]
    for first in range(len(facts)):
        for last in range(first, len(facts)):
            whole = facts[first : last + 1]
            if whole[-1].time - whole[0].time > bound.body.within_s * TICKS:
                continue
            if _holds(bound, whole) and not (_holds(bound, whole[1:]) or _holds(bound, whole[:-1])):
                yield stretch[first][0], stretch[last][0]


def _holds(bound: BoundBody, facts: Sequence[Fact]) -> bool:
    body = bound.body
    wanted = {r: s for r, s in enumerate(body.steps) if s.name in set(named(body.condition))}
    if body.order is Order.ANY:
        done = {step.name for role, step in wanted.items() if _done(bound, step, role, facts)}
        return _true(body.condition, done)
    # One event, or none, for each step; the steps that have one in the order in which they are listed.
    choices = [[None, *(n for n, f in enumerate(facts) if f.role == role)] for role in wanted]
    for chosen in product(*choices):
        places = [place for place in chosen if place is not None]
        done = {
            s.name for s, place in zip(wanted.values(), chosen, strict=True) if place is not None
        }
        if places == sorted(places) and _true(body.condition, done):
            return True
    return False


def _done(bound: BoundBody, step: Step, role: int, facts: Sequence[Fact]) -> bool:
    mine = [fact for fact in facts if fact.role == role]
    count = step.count
    if count.apart_s:
        return any(b.time - a.time >= count.apart_s * TICKS for a in mine for b in mine)
    if count.of == HOUR:
        return len({fact.time // TICKS // 3_600 % 24 for fact in mine}) >= count.at_least
    if count.of:
        values = {fact.values[bound.place(count.of)] for fact in mine}
        return len(values - {None}) >= count.at_least
    return len(mine) >= count.at_least


def _true(term: Term, done: set[str]) -> bool:
    if isinstance(term, StepIs):
        return term.step in done
    return sum(_true(one, done) for one in term.terms) >= term.number
