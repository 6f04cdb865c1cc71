"""What decisions amount to once an incident has grown, or has taken in others that somebody decided about.

Who called an incident benign saw what it was then. Once it is graver, or clearly larger, it counts as new
again and says so; the decision stays readable beside it. A decision about an incident that became a part of
this one counts where it is the graver one: what somebody confirmed does not vanish in what somebody else
called benign.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from gamekeeper.model.findings import LEVELS
from gamekeeper.model.incidents import DecidedOn, Standing

if TYPE_CHECKING:
    from gamekeeper.model.incidents import Disposition

#: Statuses, the gravest first.
GRAVITY: Final = ("confirmed", "in-progress", "new", "closed", "benign")
#: Those that put an incident aside.
_ASIDE: Final = ("closed", "benign")
#: An incident outgrew what put it aside when its severity rose, when it has so many signals more (and so
#: large a share of those it had), or so many bits. Judged: less would open it again with each ordinary day.
SIGNALS_MORE: Final = 5
SHARE_MORE: Final = 0.2
BITS_MORE: Final = 10.0

Document = Mapping[str, Any]


def facts(document: Document) -> DecidedOn:
    """Return what an incident is, from its entry of ``incidents.json``."""
    return DecidedOn(
        signals=int(document.get("signals", 0)),
        score_bits=float(document.get("score_bits", 0.0)),
        severity=str(document.get("severity", "")),
        anchors=tuple(document.get("anchors", ())),
    )


def standing(
    incident: str, now: DecidedOn, supersedes: Sequence[str], decided: Mapping[str, Disposition]
) -> Standing | None:
    """Return what was decided about an incident and its parts amounts to; None where nobody decided."""
    own = decided.get(incident)
    parts = [(name, decided[name]) for name in supersedes if name in decided]
    if own is None and not parts:
        return None
    said = Standing() if own is None else _of(own, now)
    parts.sort(key=lambda one: GRAVITY.index(one[1].status))
    # A part that was put aside puts no whole aside, and a note alone is no status.
    graver = [one.status for _, one in parts if one.status not in {"new", *_ASIDE}]
    counts_as = min((said.counts_as, *graver), key=GRAVITY.index)
    return Standing(said.said, counts_as, said.grown, tuple(parts))


def as_json(one: Standing) -> dict[str, Any]:
    """Return the ``disposition`` of an entry of ``incidents.json``."""
    return {
        **asdict(one.said),
        "counts_as": one.counts_as,
        "grown": one.grown,
        "others": [{"incident": name, **asdict(said)} for name, said in one.others],
    }


def _of(said: Disposition, now: DecidedOn) -> Standing:
    then = said.decided_on
    if then is None:
        return Standing(said, said.status)
    outgrown = said.status in _ASIDE and _is_outgrown(then, now)
    return Standing(said, "new" if outgrown else said.status, _growth(then, now))


def _is_outgrown(then: DecidedOn, now: DecidedOn) -> bool:
    more = now.signals - then.signals
    return (
        _is_graver(then, now)
        or (more >= SIGNALS_MORE and more >= SHARE_MORE * then.signals)
        or now.score_bits - then.score_bits >= BITS_MORE
    )


def _is_graver(then: DecidedOn, now: DecidedOn) -> bool:
    known = {then.severity, now.severity} <= set(LEVELS)
    return known and LEVELS.index(now.severity) < LEVELS.index(then.severity)


def _growth(then: DecidedOn, now: DecidedOn) -> str:
    """Return in words what is more than it was, "" for nothing."""
    parts = []
    if now.signals > then.signals:
        parts.append(f"{then.signals:,} -> {now.signals:,} signals")
    if _is_graver(then, now):
        parts.append(f"{then.severity} -> {now.severity}")
    if now.score_bits - then.score_bits >= BITS_MORE:
        parts.append(f"{then.score_bits:.0f} -> {now.score_bits:.0f} bits")
    return ", ".join(parts)
