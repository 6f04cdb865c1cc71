"""Which logs each step of a chain needs: what ``visibility`` holds against the logs that are there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gamekeeper.analytics.chains.entities import reading_of, wanted_of
from gamekeeper.analytics.chains.ir import may_hold
from gamekeeper.analytics.chains.placeholders import without_list
from gamekeeper.analytics.chains.plan import plan_chains
from gamekeeper.engine.presence import fields_of
from gamekeeper.model.datasets import datasets
from gamekeeper.model.ecs.mapping import ecs_fields
from gamekeeper.model.ecs.mapping import names as ecs_names
from gamekeeper.rules.ir import RuleSet
from gamekeeper.rules.routing import build_plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.analytics.chains.ir import Body, Chain, Selection, Step
    from gamekeeper.rules.plan import BoundRule, Plan


@dataclass(frozen=True, slots=True)
class Need:
    """One log that would show a step: any event of these channels and ids that says something in the fields.

    ``channels`` are folded and empty where the dataset is meant as a whole; ``event_ids`` empty means any.
    ``condition_fields`` are what the condition asks, of which some may be alternatives; ``entity_fields`` are
    what the joins read. Names are those of the event.
    """

    dataset: str
    channels: tuple[str, ...]
    event_ids: tuple[int, ...]
    condition_fields: tuple[str, ...]
    entity_fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StepNeeds:
    """What one step needs: one of ``logs``; ``unread`` says why other selections of it have no log here, and
    ``listless`` for which of them nobody gave a list.

    ``is_required`` where the chain cannot be seen without the step. A step that is a part or a chain has no
    logs of its own: ``inner`` are the needs of its steps, and ``inner_condition`` what has to hold of those.
    """

    chain: str
    part: str
    step: str
    text: str
    is_required: bool
    is_optional: bool
    is_absent: bool
    logs: tuple[Need, ...] = ()
    listless: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    inner: ChainNeeds | None = None

    @property
    def waits(self) -> bool:
        """Whether it cannot happen before somebody gives a list."""
        if self.inner is not None:
            return self.inner.waits
        return bool(self.listless) and not self.logs and not self.unread


@dataclass(frozen=True, slots=True)
class ChainNeeds:
    """A body with what each of its steps needs; ``body.condition`` says which steps have to be there."""

    chain: str
    part: str
    body: Body
    steps: tuple[StepNeeds, ...]

    @property
    def waits(self) -> bool:
        """Whether it cannot hold before somebody gives a list."""
        return not may_hold(self.body.condition, {s.step for s in self.steps if not s.waits})


def needs(chains: Sequence[Chain]) -> tuple[ChainNeeds, ...]:
    """Return the needs of each chain, in their order; chains come behind those that they name."""
    plan = plan_chains(chains)
    bound = build_plan(RuleSet(plan.rules))
    seeker = _Seeker(chains, bound)
    return tuple(seeker.chain(chain) for chain in chains)


def readable(chains: Sequence[Chain]) -> dict[str, str]:
    """Say of each chain how much of the logs that it asks for can be read: ``all``, ``some`` or ``too few``.

    With too few no hit is possible, whatever logs are there; chains that name others count these, too.
    """
    plan = plan_chains(chains)
    unread = build_plan(RuleSet(plan.rules)).unroutable
    useful = plan.useful(unread)
    partly = {plan.bodies[plan.steps[number].body].chain for number in unread}
    found = {chain.id: "some" if n in partly else "all" for n, chain in enumerate(plan.chains)}
    for body in plan.bodies:
        if body.is_reported and body.number not in useful:
            found[plan.chains[body.chain].id] = "too few"
    return found


class _Seeker:
    def __init__(self, chains: Sequence[Chain], plan: Plan) -> None:
        self._chains = {chain.id: chain for chain in chains}
        self._bound: dict[str, list[BoundRule]] = {rule.id: [] for rule in plan.rules.rules}
        for bound in plan.bound:
            self._bound[plan.rules.rules[bound.rule].id].append(bound)
        self._unread = {plan.rules.rules[n].id: reason for n, reason in plan.unroutable.items()}

    def chain(self, chain: Chain) -> ChainNeeds:
        """Return the needs of one chain."""
        return self._body(chain, "", chain.body)

    def _body(self, chain: Chain, part: str, body: Body) -> ChainNeeds:
        required = body.required()
        steps = tuple(
            self._step(chain, part, body, step, step.name in required) for step in body.steps
        )
        return ChainNeeds(chain.id, part, body, steps)

    def _step(
        self, chain: Chain, part: str, body: Body, step: Step, is_required: bool
    ) -> StepNeeds:
        inner = None
        if step.part:
            inner = self._body(chain, step.part, dict(chain.parts)[step.part])
        elif step.chain:
            inner = self.chain(self._chains[step.chain])
        where = ".".join(filter(None, (part, step.name)))
        ids = [f"chain:{chain.id}/{where}/{n}" for n in range(1, len(step.selections) + 1)]
        return StepNeeds(
            chain=chain.id,
            part=part,
            step=step.name,
            text=step.text,
            is_required=is_required,
            is_optional=step.is_optional,
            is_absent=step.is_absent,
            logs=tuple(self._logs(body, step, ids)),
            listless=tuple(
                without_list(name) for one in step.selections for name in one.placeholders
            ),
            unread=tuple(self._unread[one] for one in ids if one in self._unread),
            inner=inner,
        )

    def _logs(self, body: Body, step: Step, ids: Sequence[str]) -> Iterator[Need]:
        wanted = wanted_of(body, step)
        for identity, selection in zip(ids, step.selections, strict=True):
            for bound in self._bound.get(identity, ()):
                route = bound.route
                fields = [f for n, f in fields_of(bound.condition).items() if n not in _ENVELOPE]
                entities = dict.fromkeys(
                    field
                    for name in wanted
                    for field in _entity_fields(route.dataset, name, selection)
                )
                yield Need(
                    route.dataset, route.channels, route.event_ids, tuple(fields), tuple(entities)
                )


#: What every event has.
_ENVELOPE = frozenset({"eventid", "channel", "provider_name", "computer"})


def _entity_fields(dataset: str, name: str, selection: Selection) -> Iterator[str]:
    reading = reading_of(name, selection)
    if reading is None:
        return
    if reading.name in ecs_names():
        found = ecs_fields(dataset, (reading.name,))
    else:
        found = (datasets()[dataset].columns.get(reading.name.casefold(), reading.name),)
    yield from (field for field in found if field.casefold() not in _ENVELOPE)
