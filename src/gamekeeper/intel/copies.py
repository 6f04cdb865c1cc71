"""Copies of a group: who works as was published of it, and is as hard to tell from it as the cap says.

What reports tell of a group speaks for it and for whoever follows the reports, so that procedures and
published names part the two by a few bits at most, however many were seen. Own malware is nobody else's.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gamekeeper.intel.rivals import COPIES, RED_TEAM
from gamekeeper.model.attribution import Basis, Candidate, Reason

if TYPE_CHECKING:
    from gamekeeper.intel.rivals import Rivals

_PUBLISHED = ("procedure", "artefact")


def copies_of(group: Candidate, traits: Sequence[Reason], rivals: Rivals) -> Iterator[Candidate]:
    """Yield the rivals that copy a group, without probabilities; ``traits`` speak for an exercise."""
    known = tuple(one for one in group.reasons if one.kind != "software")
    published = math.fsum(one.bits for one in known if one.kind in _PUBLISHED)
    less = -min(rivals.copies_cap, max(0.0, published))
    text = "what was published can be copied, though seldom whole"
    held = (*known, Reason("copy", "copied", text, less, 0, distinctive=False))
    for rival, each in rivals.copies.items():
        reasons = (*held, *(traits if rival == RED_TEAM else ()))
        yield Candidate(
            id=f"{rival} as {group.id}",
            name=COPIES[rival].format(group.name),
            basis=Basis.RIVAL,
            prior=group.prior * each,
            bits=math.fsum(one.bits for one in reasons),
            probability=0.0,
            reasons=reasons,
            copies=group.id,
            rival=rival,
        )


def folded(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return candidates without copies, each copy counted in with its sort of rival; the likeliest first."""
    held = list(candidates)
    more: dict[str, float] = {}
    for one in held:
        if one.copies:
            more[one.rival] = more.get(one.rival, 0.0) + one.probability
    plain = [
        replace(one, probability=one.probability + more.get(one.id, 0.0))
        for one in held
        if not one.copies
    ]
    return sorted(plain, key=lambda one: (-one.probability, one.id))
