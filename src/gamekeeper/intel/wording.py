"""Claims in words: consistent with whom and why, who else, who says what of them, and who disputes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from gamekeeper.model.attribution import Basis, Candidate, Kind, Reason, Statement, Verdict

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
) -> Iterator[Statement]:
    """Yield the claims that may be printed. A group's name is told only where the rule names one."""
    if verdict is Verdict.NAMED:
        best, rest = candidates[0], [one for one in candidates[1:] if one.probability >= rule.also]
        yield _fits(best, rule, 0)
        yield from (_fits(one, rule, rank) for rank, one in enumerate(rest, 1))
        yield from said_of(best.name, best.id, book.of(best.id))
        return
    yield Statement(Kind.UNNAMED, f"No group is named: {why}.")
    rivals = [
        one for one in candidates if one.basis is Basis.RIVAL and one.probability >= rule.also
    ]
    yield from (_fits(one, rule, rank) for rank, one in enumerate(rivals))


def _fits(candidate: Candidate, rule: Rule, rank: int) -> Statement:
    kind = Kind.ALSO if rank else Kind.CONSISTENT
    return Statement(kind, f"{kind.value.capitalize()} {_told(candidate, rule)}.")


def _told(candidate: Candidate, rule: Rule) -> str:
    what, chance = candidate.name, f"{candidate.probability:.0%}"
    if candidate.basis is not Basis.RIVAL:
        what = f"{candidate.name} ({candidate.id}; known here by {candidate.basis.value})"
        chance = estimate(min(candidate.probability, rule.ceiling))
    reasons = [told(one) for one in candidate.reasons if one.bits >= LEAST][:REASONS]
    because = f", because: {'; '.join(reasons)}" if reasons else ""
    return f"{what}: {chance}{because}"


def told(reason: Reason) -> str:
    """Return a reason in words."""
    if reason.kind in {"technique", "software"}:
        known = f"known of {reason.groups} group{'' if reason.groups == 1 else 's'}"
        return f"{reason.text} ({reason.id}, {known})"
    return reason.text


def said_of(name: str, group: str, book: Ledger) -> Iterator[Statement]:
    """Yield what the ledger says of a group in short: first, strongest and last claim, and all disputes."""
    if not book:
        text = (
            f"The ledger holds no claim about {name}: the name and the number are those of ATT&CK."
        )
        yield Statement(Kind.REMARK, text)
        return
    shown = dict.fromkeys([book.claims[0], *_strongest(book), book.claims[-1]])
    yield from (
        Statement(Kind.CLAIMED, f"Of {name}, according to {claimed(one)}.") for one in shown
    )
    rest = len(book.claims) - len(shown)
    if rest:
        text = f"{rest} more claims are on record: gamekeeper intel claims --group {group}."
        yield Statement(Kind.REMARK, text)
    for one in book.disputes:
        yield Statement(Kind.DISPUTED, f"Disputed by {disputed(one)}.")
    for one in book.answers:
        yield Statement(Kind.ANSWERED, f"On record against the dispute: {disputed(one)}.")


def _strongest(book: Ledger) -> list[Claim]:
    return [one for one in book.claims if one.strength == "high"][:1]


def claimed(claim: Claim) -> str:
    """Return a claim in words, with its holder, date, strength and sources."""
    strength = STRENGTH_WORDS[claim.strength]
    return f"{claim.by} ({claim.date}, {strength}): {claim.says} {cited(claim.sources)}"


def disputed(claim: Claim) -> str:
    """Return a dispute, or what is on record against one, in words."""
    return f"{claim.by} ({claim.date}): {claim.says} {cited(claim.sources)}"


def cited(sources: Sequence[Source]) -> str:
    """Return the sources of a claim in brackets."""
    return f"[{'; '.join(f'{one.title}, {one.by}, {one.date}' for one in sources)}]"


#: How a holder of a claim speaks, by its strength.
STRENGTH_WORDS: Final = {
    "stated": "stated as a fact",
    "high": "with high confidence",
    "moderate": "with moderate confidence",
    "likely": "as likely",
    "assessed": "as an assessment",
    "overlap": "as an overlap",
    "press": "in the press",
}
