"""Claims in words: consistent with whom and why, who else, who says what of them, and who disputes it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from gamekeeper.intel.copies import folded
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
_PERCENT: Final = 0.005  # what is told as a whole number of percent
LEAST: Final = 0.05  # bits of a reason that is worth a word
#: What every name comes with.
COPIED: Final = (
    "What was published of a group can be copied, and logs of one organisation cannot tell a good copy from "
    "the group. Infrastructure, timing over months, the choice of targets and who else was hit could."
)


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
    best = rule.named(candidates) if verdict is Verdict.NAMED else None
    if best is not None:
        yield _fits(best, rule, Kind.CONSISTENT)
        yield from _also(best, candidates, rule)
        yield from said_of(best.name, best.id, book.of(best.id))
        return
    yield Statement(Kind.UNNAMED, f"No group is named: {why}.")
    rivals = [
        one
        for one in folded(candidates)
        if one.basis is Basis.RIVAL and one.probability >= rule.also
    ]
    kinds = (Kind.CONSISTENT, *[Kind.ALSO] * len(rivals))
    yield from (_fits(one, rule, kind) for one, kind in zip(rivals, kinds, strict=False))


def _also(best: Candidate, candidates: Sequence[Candidate], rule: Rule) -> Iterator[Statement]:
    """Yield who else it may have been: copies, whoever is likely enough, and the next rival always."""
    rest = [one for one in candidates if one.id != best.id and one.copies in {"", best.id}]
    copies = [one for one in rest if one.copies]
    plain = [one for one in rest if not one.copies]
    next_rival = next((one for one in plain if one.basis is Basis.RIVAL), None)
    for one in (*copies, *plain):
        if one.copies or one is next_rival or one.probability >= rule.also:
            yield _fits(one, rule, Kind.ALSO, best)
    if copies:
        yield Statement(Kind.REMARK, COPIED)


def _fits(candidate: Candidate, rule: Rule, kind: Kind, best: Candidate | None = None) -> Statement:
    chance = candidate.probability
    if candidate.basis is not Basis.RIVAL:
        chance = min(chance, rule.ceiling)
    text = f"{kind.value.capitalize()} {_told(candidate, chance, best)}."
    return Statement(kind, text, candidate.id, round(chance, 4), round(candidate.bits, 2))


def _told(candidate: Candidate, chance: float, best: Candidate | None) -> str:
    what = candidate.name
    if candidate.basis is not Basis.RIVAL:
        what = f"{candidate.name} ({candidate.id}; known here by {candidate.basis.value})"
    behind = f", {_behind(candidate, best)}" if best else ""
    reasons = [told(one) for one in candidate.reasons if one.bits >= LEAST][:REASONS]
    # What a copy shares with its group was told there.
    if candidate.copies:
        reasons = [told(one) for one in candidate.reasons if one.kind == "trait"]
    because = f", because: {'; '.join(reasons)}" if reasons else ""
    percent = f"{chance:.0%}" if chance >= _PERCENT else "below 1%"
    return f"{what}: {estimate(chance)} ({percent}){behind}{because}"


def _behind(candidate: Candidate, best: Candidate) -> str:
    """Return by how many bits somebody is less likely than the first, prior and evidence together."""
    if not candidate.probability:
        return "far behind"
    bits = math.log2(best.probability / candidate.probability)
    return f"{max(bits, 0.0):.1f} bits behind"


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
    """Return the sources of a claim in brackets, with where they stand, or where they were read."""
    return f"[{'; '.join(map(_cited, sources))}]"


def _cited(source: Source) -> str:
    page = source.url or (source.read and f"read at {source.read}")
    return ", ".join(filter(None, (source.title, source.by, source.date, page)))


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
