"""A small map of ATT&CK for one incident: under each tactic the techniques that signals show, with names.

Tactics and numbers are those of v18, as in all exports: rules of both years are about, and one tactic has one
name.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gamekeeper.incidents.parameters import parameters
from gamekeeper.model.incidents import SignalKind
from gamekeeper.reports.exports.stix_parts import technique_name, technique_of
from gamekeeper.reports.tactics import in_order, title
from gamekeeper.rules.attack import Attack, in_v18

if TYPE_CHECKING:
    from gamekeeper.model.incidents import Incident, Step

#: Techniques that rules name beside the main one of a step.
_ALSO: Final = "Also named"


@dataclass(frozen=True, slots=True)
class Place:
    """One technique; ``signals`` show it, the heaviest with ``bits``."""

    technique: str
    name: str
    signals: int = 0
    bits: float = 0.0


@dataclass(frozen=True, slots=True)
class Column:
    """One tactic with its techniques, those that weigh most first."""

    title: str
    places: tuple[Place, ...]


def attack_map(one: Incident) -> tuple[Column, ...]:
    """Return the tactics that were reached in the order of an intrusion; nothing where none are named."""
    seen: dict[str, dict[str, list[Step]]] = defaultdict(lambda: defaultdict(list))
    for step in one.steps:
        if step.kind is not SignalKind.CONTEXT and step.technique:
            seen[_tactic(step)][technique_of(step)].append(step)
    columns = [Column(title(tactic), _places(seen[tactic])) for tactic in in_order(seen)]
    shown = {place.technique for column in columns for place in column.places}
    numbers = dict.fromkeys(in_v18(Attack((), one.techniques)).techniques)
    others = tuple(Place(number, named(number)) for number in numbers if number not in shown)
    return (*columns, *([Column(_ALSO, others)] if others else []))


def _tactic(step: Step) -> str:
    """Return the tactic of a main technique: of several techniques any may be why a tactic is named."""
    own = parameters().tactic_of(step.technique) if len(step.techniques) > 1 else ""
    return in_v18(Attack((own or step.tactic,), ())).tactics[0]


def _places(steps: dict[str, list[Step]]) -> tuple[Place, ...]:
    places = [
        Place(number, named(number), len(found), max(step.bits for step in found))
        for number, found in steps.items()
    ]
    return tuple(sorted(places, key=lambda place: (-place.bits, place.technique)))


def named(number: str) -> str:
    """Return what ATT&CK calls a technique, under its number of today or of v18; "" for an unknown one."""
    numbers = (number, *in_v18(Attack((), (number,))).techniques)
    return next((name for one in numbers if (name := technique_name(one)) != one), "")
