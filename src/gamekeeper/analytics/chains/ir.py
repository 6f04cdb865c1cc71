"""The typed form of a chain, after parsing and before anything is bound to logs.

A chain is a *body*, and bodies of *parts* that its steps may name. A body groups its events by what they
have in common (``join``) and asks for steps within a length of time. A step is one or several selections
of events, or a part, or another chain.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.rules.ir import LogSource, Node


class Order(StrEnum):
    """Whether the steps have to come in the order in which they are listed."""

    ANY = "any"
    LISTED = "listed"


@dataclass(frozen=True, slots=True)
class Reading:
    """How an entity reads in an event: an ECS name or a field of the log, and a part of what it says."""

    name: str
    match: str = ""  # a regular expression: its first group, or all of it
    form: str = ""  # one of the forms of ``model/ecs/forms``


#: Name of an entity, how it reads.
Readings = tuple[tuple[str, Reading], ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """Events of one log source that a condition is true of; ``entities`` says how those read here.

    Where ``placeholders`` wait for values, no event is meant: ``detection`` is what was written, as JSON.
    """

    logsource: LogSource
    condition: Node
    entities: Readings = ()
    placeholders: tuple[str, ...] = ()
    detection: str = ""


#: What a step may count beside entities: hours of the clock (UTC), of which a day has 24.
HOUR: Final = "hour"


@dataclass(frozen=True, slots=True)
class Count:
    """How often a step has to happen: events, or distinct values of an entity or of ``HOUR``.

    With ``apart_s`` two events have to be that far from each other.
    """

    at_least: int = 1
    of: str = ""
    apart_s: int = 0


@dataclass(frozen=True, slots=True)
class FirstEver:
    """Only events whose ``new`` values were never seen together with their ``known`` ones before.

    ``history_s`` is how long the ``known`` ones must have been in the logs for that to say something: in the
    events of this step, and in those of the step ``since``, which are never the first ones themselves.
    """

    new: tuple[str, ...]
    known: tuple[str, ...]
    history_s: int = 0
    since: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step. It has selections, or names a part or a chain, never both.

    What is a habit of the entities says who they are and is no part of the story: an account reads the
    directory for its appliance, and goes on to do so.
    """

    name: str
    text: str
    selections: tuple[Selection, ...] = ()
    part: str = ""
    chain: str = ""
    is_optional: bool = False
    is_absent: bool = False
    is_habit: bool = False
    count: Count = Count()
    first_ever: FirstEver | None = None


@dataclass(frozen=True, slots=True)
class StepIs:
    """True where a step has happened as often as it should."""

    step: str


@dataclass(frozen=True, slots=True)
class AtLeast:
    """True where so many of the terms are: ``and`` is all of them, ``or`` is one."""

    number: int
    terms: tuple[Term, ...]


Term = StepIs | AtLeast


@dataclass(frozen=True, slots=True)
class Body:
    """Steps that happen to the same entities within a length of time."""

    steps: tuple[Step, ...]
    join: tuple[str, ...]
    within_s: int
    condition: Term
    order: Order = Order.ANY

    def step(self, name: str) -> Step:
        """Return the step of a name."""
        return next(step for step in self.steps if step.name == name)

    def required(self) -> tuple[str, ...]:
        """Return the steps without which the condition cannot hold."""
        return tuple(
            step.name
            for step in self.steps
            if not may_hold(
                self.condition, {other.name for other in self.steps if other.name != step.name}
            )
        )


@dataclass(frozen=True, slots=True)
class Chain:
    """One chain of ``content/chains``, or of a file that a user wrote."""

    id: str
    name: str
    description: str
    level: str  # informational, low, medium, high, critical
    body: Body
    parts: tuple[tuple[str, Body], ...] = ()
    references: tuple[str, ...] = ()  # advisories and reports, by their names
    attack: tuple[str, ...] = ()  # ids of techniques
    behaviours: tuple[str, ...] = ()  # ids of the behaviours that it covers
    blind_spots: tuple[str, ...] = ()
    look_alikes: tuple[str, ...] = ()
    path: str = ""

    def bodies(self) -> Iterator[tuple[str, Body]]:
        """Yield the parts by name, then the body of the chain itself under no name."""
        yield from self.parts
        yield "", self.body


def may_hold(term: Term, steps: set[str]) -> bool:
    """Say whether a condition can hold with these steps alone."""
    if isinstance(term, StepIs):
        return term.step in steps
    return sum(may_hold(one, steps) for one in term.terms) >= term.number


def named(term: Term) -> Iterator[str]:
    """Yield the steps that a condition names, in order, with repeats."""
    if isinstance(term, StepIs):
        yield term.step
    else:
        for one in term.terms:
            yield from named(one)
