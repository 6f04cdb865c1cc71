"""What was decided about an incident, in words: on pages, in Markdown and on a terminal alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.model.incidents import DecidedOn
from gamekeeper.store.standing import standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gamekeeper.model.incidents import Disposition, Incident, Standing


def standing_of(one: Incident, decided: Mapping[str, Disposition]) -> Standing | None:
    """Return what decisions of a case, by id, amount to for an incident; None where there are none."""
    now = DecidedOn(one.signals, one.score_bits, one.severity, one.anchors)
    return standing(one.id, now, one.supersedes, decided)


def lines(one: Standing) -> Iterator[str]:
    """Yield sentences; none where nobody decided."""
    said = one.said
    if said.changed_at:
        yield f"Decided: {_told(said)}"
    if one.grown:
        yield f"It has grown since this was decided: {one.grown}"
    for name, other in one.others:
        yield f"Also decided, for {name}, which is a part of it now: {_told(other)}"
    if one.counts_as != said.status:
        yield f"So it counts as {one.counts_as}"


def short(one: Standing) -> str:
    """Return the same in a few words: what it counts as first."""
    said = one.said
    own = " ".join(filter(None, (said.status, said.owner)))
    others = "".join(f"; also {other.status} {other.owner}".rstrip() for _, other in one.others)
    if one.counts_as == said.status:
        return f"{own}{', has grown' if one.grown else ''}{others}"
    why = f"was {own}, has grown" if one.grown else f"{own} alone"
    return f"{one.counts_as} ({why if said.changed_at else 'by a part'}{others})"


def _told(said: Disposition) -> str:
    return f"{said.status}, {said.owner or 'nobody'}: {said.note}"
