"""Incidents known again: an incident of an earlier run keeps its id while one of its grave events is in it.

Evidence grows, and with it an incident: older events may come to light, two incidents may turn out to be
one. Of several earlier ones that went into a new one, the id of the best lives on, and the new one
``supersedes`` the others. Where one falls apart, the best part keeps the id.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gamekeeper.model.incidents import Incident


@dataclass(frozen=True, slots=True)
class Earlier:
    """What is kept of an incident of an earlier run."""

    id: str
    rank: int
    anchors: frozenset[str]
    supersedes: tuple[str, ...] = ()

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Earlier:
        """Return one as ``incidents.json`` writes it."""
        return cls(
            document["id"],
            int(document["rank"]),
            frozenset(document["anchors"]),
            tuple(document["supersedes"]),
        )


def known_again(found: Sequence[Incident], earlier: Sequence[Earlier]) -> tuple[Incident, ...]:
    """Return new incidents, best first, under the ids by which they are known."""
    left = {one.id: one for one in sorted(earlier, key=lambda one: one.rank)}
    named = []
    for incident in found:
        anchors = set(incident.anchors)
        inside = [one for one in left.values() if anchors & one.anchors]
        if not inside:
            named.append(incident)
            continue
        for one in inside:
            del left[one.id]
        best, *others = inside
        past = [*best.supersedes, *(name for one in others for name in (one.id, *one.supersedes))]
        named.append(
            replace(
                incident, id=best.id, supersedes=tuple(dict.fromkeys((*past, *incident.supersedes)))
            )
        )
    return tuple(_told_apart(named))


def _told_apart(named: Sequence[Incident]) -> list[Incident]:
    """Return incidents of which no two share an id: one that lost its id to a better part gets a tail."""
    seen: dict[str, int] = {}
    found = []
    for incident in named:
        count = seen[incident.id] = seen.get(incident.id, 0) + 1
        found.append(incident if count == 1 else replace(incident, id=f"{incident.id}-{count}"))
    return found
