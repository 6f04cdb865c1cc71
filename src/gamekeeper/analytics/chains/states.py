"""How far a body has come with the events up to now: for each step the latest place where it could start.

That is all that has to be remembered. Of two ways to complete a condition the one that began later lasts
longer, so each step keeps its latest events and no more: as many as it counts. Nothing that an intruder adds
can push out what is needed, and a flood of events costs time but no memory.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from itertools import combinations
from typing import TYPE_CHECKING, Final, Protocol

from gamekeeper.analytics.chains.ir import HOUR, Order, StepIs, Term, may_hold, named
from gamekeeper.engine.correlation.windows import TICKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gamekeeper.analytics.chains.ir import Body
    from gamekeeper.analytics.chains.plan import BoundBody
    from gamekeeper.analytics.chains.schema import Fact

_HOUR_TICKS: Final = 3_600 * TICKS

#: Events that complete a chain, by role.
Picks = dict[int, tuple["Fact", ...]]


class State(Protocol):
    """What is known of a group up to an event."""

    def take(self, fact: Fact) -> None:
        """Take the next event of the group."""

    def start(self) -> Fact | None:
        """Return the first event of the shortest stretch that ends here and holds; None where none does."""

    def picks(self) -> Picks:
        """Return the events of that stretch that make it hold."""


class _Step(Protocol):
    def take(self, fact: Fact) -> None: ...

    def events(self) -> tuple[Fact, ...]:
        """Return the latest events that suffice, oldest first; nothing where they do not."""


class _Latest:
    """So many events."""

    def __init__(self, number: int) -> None:
        self._kept: deque[Fact] = deque(maxlen=number)

    def take(self, fact: Fact) -> None:
        self._kept.append(fact)

    def events(self) -> tuple[Fact, ...]:
        return tuple(self._kept) if len(self._kept) == self._kept.maxlen else ()


class _Distinct:
    """So many different values: of each the latest event, and of values those that came last."""

    def __init__(self, number: int, value_of: Callable[[Fact], str | None]) -> None:
        self._number = number
        self._value_of = value_of
        self._kept: OrderedDict[str, Fact] = OrderedDict()

    def take(self, fact: Fact) -> None:
        value = self._value_of(fact)
        if value is None:
            return
        self._kept[value] = fact
        self._kept.move_to_end(value)
        if len(self._kept) > self._number:
            self._kept.popitem(last=False)

    def events(self) -> tuple[Fact, ...]:
        return tuple(self._kept.values()) if len(self._kept) == self._number else ()


class _Apart:
    """Two events with so much time between them. Reads the group a second time, as far behind."""

    def __init__(self, ticks: int, earlier: Iterator[Fact]) -> None:
        self._ticks = ticks
        self._earlier = earlier
        self._next = next(earlier, None)
        self._far: Fact | None = None
        self._pair: tuple[Fact, ...] = ()

    def take(self, fact: Fact) -> None:
        while self._next is not None and self._next.time <= fact.time - self._ticks:
            self._far = self._next
            self._next = next(self._earlier, None)
        if self._far is not None:
            self._pair = (self._far, fact)

    def events(self) -> tuple[Fact, ...]:
        return self._pair


class AnyOrder:
    """Steps that may come in any order: a tree of thresholds over where each step could start."""

    def __init__(self, bound: BoundBody, earlier: Callable[[int], Iterator[Fact]]) -> None:
        self._condition = bound.body.condition
        wanted = set(named(self._condition))
        self._roles = {s.name: n for n, s in enumerate(bound.body.steps) if s.name in wanted}
        self._steps = {role: _step(bound, role, earlier) for role in self._roles.values()}

    def take(self, fact: Fact) -> None:
        """Take the next event."""
        step = self._steps.get(fact.role)
        if step is not None:
            step.take(fact)

    def start(self) -> Fact | None:
        """Return where the shortest stretch begins."""
        return self._of(self._condition)

    def picks(self) -> Picks:
        """Return the events of every step that is complete within the stretch."""
        start = self.start()
        assert start is not None
        found = {role: step.events() for role, step in self._steps.items()}
        return {role: facts for role, facts in found.items() if facts and facts[0].row >= start.row}

    def _of(self, term: Term) -> Fact | None:
        if isinstance(term, StepIs):
            events = self._steps[self._roles[term.step]].events()
            return min(events, key=_row) if events else None
        found = [start for one in term.terms if (start := self._of(one)) is not None]
        found.sort(key=_row, reverse=True)
        return found[term.number - 1] if len(found) >= term.number else None


def _row(fact: Fact) -> int:
    return fact.row


def _step(bound: BoundBody, role: int, earlier: Callable[[int], Iterator[Fact]]) -> _Step:
    count = bound.body.steps[role].count
    if count.apart_s:
        return _Apart(count.apart_s * TICKS, earlier(role))
    if count.of:
        return _Distinct(count.at_least, _value_of(bound, count.of))
    return _Latest(count.at_least)


def _value_of(bound: BoundBody, of: str) -> Callable[[Fact], str | None]:
    """Return what reads what is counted in an act."""
    if of == HOUR:
        return lambda fact: str(fact.time // _HOUR_TICKS % 24)
    place = bound.place(of)
    return lambda fact: fact.values[place]


class ListedOrder:
    """Steps in the order in which they are listed: for each beginning of each way the latest start."""

    def __init__(self, bound: BoundBody) -> None:
        self._ways = ways(bound.body)
        prefixes = {way[:length] for way in self._ways for length in range(1, len(way) + 1)}
        self._by_role: dict[int, list[tuple[int, ...]]] = {}
        for prefix in sorted(prefixes):
            self._by_role.setdefault(prefix[-1], []).append(prefix)
        self._paths: dict[tuple[int, ...], tuple[Fact, ...]] = {}

    def take(self, fact: Fact) -> None:
        """Carry on every way that waits for this step."""
        for prefix in self._by_role.get(fact.role, ()):
            before = self._paths.get(prefix[:-1], ())
            if len(before) != len(prefix) - 1:
                continue
            path = (*before, fact)
            known = self._paths.get(prefix)
            if known is None or path[0].row > known[0].row:
                self._paths[prefix] = path

    def start(self) -> Fact | None:
        """Return where the shortest stretch begins."""
        path = self._best()
        return path[0] if path else None

    def picks(self) -> Picks:
        """Return one event for each step of the way that began last."""
        return {fact.role: (fact,) for fact in self._best()}

    def _best(self) -> tuple[Fact, ...]:
        complete = [self._paths[way] for way in self._ways if way in self._paths]
        return max(complete, key=lambda path: path[0].row, default=())


def ways(body: Body) -> list[tuple[int, ...]]:
    """Return the smallest sets of steps that satisfy the condition, each in listed order."""
    wanted = set(named(body.condition))
    names = {role: step.name for role, step in enumerate(body.steps) if step.name in wanted}
    found: list[tuple[int, ...]] = []
    for size in range(1, len(names) + 1):
        for roles in combinations(names, size):
            is_larger = any(set(way) <= set(roles) for way in found)
            if not is_larger and may_hold(body.condition, {names[role] for role in roles}):
                found.append(roles)
    return found


def state_of(bound: BoundBody, earlier: Callable[[int], Iterator[Fact]]) -> State:
    """Return an empty state; ``earlier`` reads the events of a role from the start of the group again."""
    if bound.body.order is Order.LISTED:
        return ListedOrder(bound)
    return AnyOrder(bound, earlier)
