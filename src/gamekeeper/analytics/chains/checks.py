"""What a chain that reads well may still get wrong: names that nobody has, demands that do not agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.analytics.chains.entities import reading_of, wanted_of
from gamekeeper.analytics.chains.ir import Order, named
from gamekeeper.errors import RuleError
from gamekeeper.model.ecs.mapping import names as ecs_names

if TYPE_CHECKING:
    from gamekeeper.analytics.chains.ir import Body, Chain, Readings, Step

#: With an order every set of steps that satisfies the condition is followed: there must not be thousands.
ORDERED_STEPS: Final = 8


def check_body(body: Body, where: str) -> None:
    """Raise RuleError where the steps, the order and the condition do not go together."""
    in_condition = set(named(body.condition))
    for step in body.steps:
        place = f"{where}steps.{step.name}"
        if step.is_optional and step.is_absent:
            raise RuleError(f"{place}: it is both optional and absent")
        if step.is_habit and step.is_absent:
            raise RuleError(f"{place}: what must not happen is no habit")
        is_wanted = not step.is_optional and not step.is_absent
        if is_wanted and step.name not in in_condition:
            raise RuleError(f"{place}: the condition does not name it; mark it optional")
        _check_count(body, step, place)
        _check_first(body, step, place)
        _check_entities(body, step, place)
    if body.order is Order.LISTED and len(in_condition) > ORDERED_STEPS:
        raise RuleError(f"{where}order: more than {ORDERED_STEPS} steps in an order")


def _check_count(body: Body, step: Step, place: str) -> None:
    count = step.count
    is_plain = count.at_least == 1 and not count.apart_s
    if is_plain:
        return
    if body.order is Order.LISTED or step.is_optional or step.is_absent:
        raise RuleError(
            f"{place}.count: it goes with neither an order, optional nor absent; use a part"
        )
    if count.apart_s and (count.at_least != 2 or count.of):
        raise RuleError(f"{place}.count: apart is for two events of a step")
    if count.apart_s >= body.within_s:
        raise RuleError(f"{place}.count.apart: it is no shorter than within")


def _check_first(body: Body, step: Step, place: str) -> None:
    if step.first_ever is None:
        return
    since = step.first_ever.since
    if since:
        other = next((one for one in body.steps if one.name == since), None)
        if other is None or other is step or not other.selections:
            raise RuleError(f"{place}.first_ever.since: {since!r} is no other step of events")
        if other.first_ever is not None:
            raise RuleError(f"{place}.first_ever.since: {since!r} asks for what is new, too")
        if not set(step.first_ever.known) <= set(wanted_of(body, other)):
            raise RuleError(f"{place}.first_ever.since: {since!r} does not join by what is known")
    if not step.selections:
        raise RuleError(f"{place}.first_ever: it is for steps of events")
    if step.is_absent:
        raise RuleError(f"{place}.first_ever: it does not go with absent")


def _check_entities(body: Body, step: Step, place: str) -> None:
    for number, selection in enumerate(step.selections, 1):
        for name in wanted_of(body, step):
            if reading_of(name, selection) is None:
                raise RuleError(f"{place}.events[{number}]: nothing says how {name!r} reads")


def check_readings(readings: Readings, where: str) -> None:
    """Raise RuleError for what looks like an ECS name and is none. Fields of logs have no dot."""
    for name, reading in readings:
        if "." in reading.name and reading.name not in ecs_names():
            raise RuleError(f"{where}.{name}: there is no ECS name {reading.name!r}")


def check_chain(chain: Chain) -> None:
    """Raise RuleError where a step names a part that is not there, or that comes behind it."""
    known: set[str] = set()
    used: set[str] = set()
    for name, body in chain.bodies():
        for step in body.steps:
            if step.part and step.part not in known:
                names = ", ".join(sorted(known)) or "none before it"
                raise RuleError(f"steps.{step.name}.part: no part {step.part!r}; there is {names}")
            used.add(step.part)
        known.add(name)
    idle = [name for name, _ in chain.parts if name not in used]
    if idle:
        raise RuleError(f"parts.{idle[0]}: no step names it")
