"""Incidents get what may be said of whose way of working they resemble, once they are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gamekeeper.intel.attribution import attribute
from gamekeeper.intel.library import library
from gamekeeper.intel.observing import observed_in
from gamekeeper.model.attribution import Kind
from gamekeeper.model.incidents import Claim

if TYPE_CHECKING:
    from gamekeeper.intel.library import Library
    from gamekeeper.model.incidents import Incident

#: Below, most incidents are no intrusion, and the prior of attribution does not hold.
GRAVE: Final = frozenset({"critical", "high", "medium"})
#: Steps that are looked at, in order of time: an incident of a flood has no end of them.
STEPS: Final = 2_000


def attributed(incidents: Sequence[Incident], held: Library | None = None) -> tuple[Incident, ...]:
    """Return incidents with claims; those of low severity have none."""
    if not any(one.severity in GRAVE for one in incidents):
        return tuple(incidents)
    held = library() if held is None else held
    return tuple(
        replace(one, attribution=_claims(one, held)) if one.severity in GRAVE else one
        for one in incidents
    )


def _claims(incident: Incident, held: Library) -> tuple[Claim, ...]:
    answer = attribute(observed_in(incident.steps[:STEPS]), held)
    told = [
        Claim(one.kind.value, one.text, one.who, one.probability, one.bits) for one in answer.claims
    ]
    if held.remark:
        told.append(Claim(Kind.REMARK.value, held.remark))
    return tuple(told)
