"""Claims in words: consistent with whom and why, who else, who says what of them, and who disputes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from gamekeeper.model.attribution import Basis, Candidate, Reason, Verdict

if TYPE_CHECKING:
    from gamekeeper.intel.ledger import Claim, Ledger, Source
    from gamekeeper.intel.naming import Rule

#: Estimative words and the least probability of each.
WORDS: Final = (
    (0.95, "almost certain"),
    (0.8, "very likely"),
    (0.55, "likely"),
    (0.45, "a roughly even chance"),
    (0.2, "unlikely"),
    (0.05, "very unlikely"),
    (0.0, "a remote chance"),
)
REASONS: Final = 5  # that a sentence names
LEAST: Final = 0.05  # bits of a reason that is worth a word


def estimate(probability: float) -> str:
    """Return a probability in words.

    >>> estimate(0.6), estimate(0.02)
    ('likely', 'a remote chance')
    """
    return next(word for least, word in WORDS if probability >= least)


def claims(
    verdict: Verdict, why: str, candidates: Sequence[Candidate], book: Ledger, rule: Rule
) -> Iterator[str]:
    """Yield the claims that may be printed. A group's name is told only where the rule names one."""
    if verdict is Verdict.NAMED:
        best, rest = candidates[0], [one for one in candidates[1:] if one.probability >= rule.also]
        yield f"Consistent with {_told(best, rule)}."
        yield from (f"Also consistent with {_told(one, rule)}." for one in rest)
        yield from said_of(best.name, best.id, book.of(best.id))
        return
    yield f"No group is named: {why}."
    rivals = [
        one for one in candidates if one.basis is Basis.RIVAL and one.probability >= rule.also
    ]
    for rank, one in enumerate(rivals):
        yield f"{'Also consistent' if rank else 'Consistent'} with {_told(one, rule)}."


def _told(candidate: Candidate, rule: Rule) -> str:
    what, chance = candidate.name, f"{candidate.probability:.0%}"
    if candidate.basis is not Basis.RIVAL:
        what = f"{candidate.name} ({candidate.id}; known here by {candidate.basis.value})"
        chance = estimate(min(candidate.probability, rule.ceiling))
    reasons = [told(one) for one in candidate.reasons if one.bits >= LEAST][:REASONS]
    because = f", because of {'; '.join(reasons)}" if reasons else ""
    return f"{what}: {chance}{because}"


def told(reason: Reason) -> str:
    """Return a reason in words."""
    if reason.kind in {"technique", "software"}:
        known = f"known of {reason.groups} group{'' if reason.groups == 1 else 's'}"
        return f"{reason.text} ({reason.id}, {known})"
    return reason.text


def said_of(name: str, group: str, book: Ledger) -> Iterator[str]:
    """Yield what the ledger says of a group in short: first, strongest and last claim, and all disputes."""
    if not book:
        yield f"The ledger holds no claim about {name}: the name and the number are those of ATT&CK."
        return
    shown = dict.fromkeys([book.claims[0], *_strongest(book), book.claims[-1]])
    yield from (f"Of {name}, {claimed(one)}." for one in shown)
    if len(book.claims) > len(shown):
        rest = len(book.claims) - len(shown)
        yield f"{rest} more claims are on record: gamekeeper intel claims --group {group}."
    yield from (f"Disputed by {disputed(one)}." for one in book.disputes)
    yield from (f"On record against the dispute: {disputed(one)}." for one in book.answers)


def _strongest(book: Ledger) -> list[Claim]:
    return [one for one in book.claims if one.strength == "high"][:1]


def claimed(claim: Claim) -> str:
    """Return a claim in words, with its holder, date, strength and sources."""
    return f"{claim.by} {STRENGTH_WORDS[claim.strength]} ({claim.date}): {claim.says} {cited(claim.sources)}"


def disputed(claim: Claim) -> str:
    """Return a dispute, or what is on record against one, in words."""
    return f"{claim.by} ({claim.date}): {claim.says} {cited(claim.sources)}"


def cited(sources: Sequence[Source]) -> str:
    """Return the sources of a claim in brackets."""
    return f"[{'; '.join(f'{one.title}, {one.by}, {one.date}' for one in sources)}]"


#: How a holder of a claim speaks, by its strength.
STRENGTH_WORDS: Final = {
    "stated": "states",
    "high": "assesses with high confidence",
    "moderate": "assesses with moderate confidence",
    "likely": "holds it likely",
    "assessed": "assesses",
    "overlap": "sees an overlap",
    "press": "is reported to say",
}
