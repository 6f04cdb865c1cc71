"""Chains as the reader and the walk need them: selections as rules, bodies in order, what rows carry.

Every selection becomes a rule that nobody sees, so that the one pass over a batch that matches all rules
finds the events of steps, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gamekeeper.analytics.chains.entities import compared_of, reading_of
from gamekeeper.analytics.chains.ir import may_hold
from gamekeeper.rules.ir import Rule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from gamekeeper.analytics.chains.ir import Body, Chain, Reading, Step

#: How rules of steps are called: no Sigma rule has such an id.
PREFIX: Final = "chain:"


@dataclass(frozen=True, slots=True)
class Taker:
    """A step of another body that takes the windows of this one."""

    body: int
    role: int


@dataclass(frozen=True, slots=True)
class BoundBody:
    """A body among all bodies of a plan; those that it takes come before it.

    ``wanted`` are the entities that its rows carry: first those of ``join``, then those that steps count or
    compare, then those that takers ask for.
    """

    number: int
    chain: int
    part: str  # empty for the chain itself
    body: Body
    wanted: tuple[str, ...]
    takers: tuple[Taker, ...] = ()

    @property
    def is_reported(self) -> bool:
        """Whether its windows are hits that people see."""
        return not self.part

    def place(self, entity: str) -> int:
        """Return where an entity stands among what is wanted."""
        return self.wanted.index(entity)


@dataclass(frozen=True, slots=True)
class BoundStep:
    """One selection of a step: the events of one rule play a role in one body."""

    body: int
    role: int  # position among the steps of the body
    readings: tuple[
        Reading | None, ...
    ]  # one for each entity that is wanted; None where it has none


@dataclass(frozen=True, slots=True)
class ChainPlan:
    """All chains of a run. ``steps`` and ``rules`` go together, one for each selection."""

    chains: tuple[Chain, ...] = ()
    bodies: tuple[BoundBody, ...] = ()
    steps: tuple[BoundStep, ...] = ()
    rules: tuple[Rule, ...] = ()

    def of_step(self, body: int, role: int) -> list[int]:
        """Return the positions of the selections of one step."""
        return [n for n, step in enumerate(self.steps) if (step.body, step.role) == (body, role)]

    def useful(self, unroutable: Collection[int]) -> frozenset[int]:
        """Return the bodies that may lead to a hit where the rules at some positions have no log.

        Rows of the others would be written and sorted for nothing.
        """
        alive: set[int] = set()
        for bound in self.bodies:  # parts come before what takes them
            steps = {
                step.name
                for role, step in enumerate(bound.body.steps)
                if any(Taker(bound.number, role) in self.bodies[number].takers for number in alive)
                or any(n not in unroutable for n in self.of_step(bound.number, role))
            }
            if may_hold(bound.body.condition, steps):
                alive.add(bound.number)
        wanted: set[int] = set()
        for bound in reversed(self.bodies):
            if bound.number in alive and (
                bound.is_reported or any(taker.body in wanted for taker in bound.takers)
            ):
                wanted.add(bound.number)
        return frozenset(wanted)

    def body_of(self, chain: str, part: str = "") -> BoundBody:
        """Return the body of a chain, by its id, or of one of its parts."""
        return next(
            bound
            for bound in self.bodies
            if (self.chains[bound.chain].id, bound.part) == (chain, part)
        )


#: Where nobody looks for chains.
NO_CHAINS: Final = ChainPlan()


def plan_chains(chains: Sequence[Chain]) -> ChainPlan:
    """Return the plan of chains, which come behind those that they name."""
    places = list(_places(chains))
    numbers = {(chain, part): number for number, (chain, part, _) in enumerate(places)}
    by_id = {chain.id: place for place, chain in enumerate(chains)}
    takers: list[list[Taker]] = [[] for _ in places]
    for number, (chain, _, body) in enumerate(places):
        for role, step in enumerate(body.steps):
            if not step.selections:
                below = (by_id[step.chain], "") if step.chain else (chain, step.part)
                takers[numbers[below]].append(Taker(number, role))
    bodies = _bound(places, takers)
    steps, rules = [], []
    for bound in bodies:
        for role, step in enumerate(bound.body.steps):
            for nth, selection in enumerate(step.selections):
                if selection.placeholders:
                    continue
                readings = tuple(reading_of(entity, selection) for entity in bound.wanted)
                steps.append(BoundStep(bound.number, role, readings))
                rules.append(_rule(chains[bound.chain], bound.part, step, nth))
    return ChainPlan(tuple(chains), bodies, tuple(steps), tuple(rules))


def _places(chains: Sequence[Chain]) -> Iterator[tuple[int, str, Body]]:
    for place, chain in enumerate(chains):
        for part, body in chain.bodies():
            yield place, part, body


def _bound(
    places: Sequence[tuple[int, str, Body]], takers: Sequence[list[Taker]]
) -> tuple[BoundBody, ...]:
    """Bind from the last to the first: what takers want goes down."""
    done: dict[int, BoundBody] = {}
    for number in reversed(range(len(places))):
        chain, part, body = places[number]
        asked = [name for taker in takers[number] for name in done[taker.body].wanted]
        compared = [name for step in body.steps for name in compared_of(step)]
        names = dict.fromkeys([*body.join, *compared, *asked])
        done[number] = BoundBody(number, chain, part, body, tuple(names), tuple(takers[number]))
    return tuple(done[number] for number in range(len(places)))


def _rule(chain: Chain, part: str, step: Step, nth: int) -> Rule:
    where = ".".join(filter(None, (part, step.name)))
    selection = step.selections[nth]
    return Rule(
        id=f"{PREFIX}{chain.id}/{where}/{nth + 1}",
        title=f"{chain.id} {where}",
        level=chain.level,
        status="",
        logsource=selection.logsource,
        condition=selection.condition,
        path=chain.path,
        reported=False,
    )
