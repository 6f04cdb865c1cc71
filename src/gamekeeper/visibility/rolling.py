"""The verdict over the whole scope, rolled up from verdicts on questions by a stated rule.

*Affected* or *suspected* where any question is. Else *no evidence* where every chain in scope is *no
evidence* on every host and day it is asked of, and so are at least 95 % of all questions' host-days; what is
left over is named. Else *cannot tell*. A chain that asks for what was never seen before cannot be told of the
first days of any logs: they are named, and stand in the way only of hosts for which no later day is clear.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.model.visibility import Judgement, Verdict
from gamekeeper.visibility.questions import CHAIN

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterable

    from gamekeeper.model.visibility import Ruling

#: Share of host-days of questions that must be clear.
ENOUGH: Final = 0.95
_NAMED: Final = 6


def rolled(
    rulings: tuple[Ruling, ...],
    counts: Counter[Verdict],
    outside: tuple[tuple[str, str], ...],
    caveats: tuple[str, ...] = (),
) -> Judgement:
    """Return the verdict over the scope. ``caveats``: those that are known before."""
    verdict, because = _verdict(rulings, counts)
    return Judgement(
        verdict,
        because,
        (*caveats, *_caveats(rulings, counts, outside)),
        rulings,
        tuple((one, counts[one]) for one in Verdict),
        outside,
    )


def _verdict(rulings: tuple[Ruling, ...], counts: Counter[Verdict]) -> tuple[Verdict, str]:
    total = counts.total()
    clear = counts[Verdict.NO_EVIDENCE] / total if total else 0.0
    passable = _clear_later(rulings)
    dark_chains = _names(
        one
        for one in rulings
        if one.kind == CHAIN and _is_dark(one) and not (one.is_too_early and passable(one))
    )
    chains = any(one.kind == CHAIN for one in rulings)
    for grave in (Verdict.AFFECTED, Verdict.SUSPECTED):
        if counts[grave]:
            named = _names(one for one in rulings if one.verdict is grave)
            best = max((one for one in rulings if one.verdict is grave), key=_is_chain)
            because = f"{best.question} on {_first(list(best.hosts))}: {best.because}"
            if len(named) > 1:
                because += f"; in all {len(named):,} questions: {_first(named)}"
            return grave, because
    if not total:
        because = "nothing in these logs could be asked"
        return Verdict.CANNOT_TELL, because
    if chains and not dark_chains and clear >= ENOUGH:
        because = (
            f"every chain in scope would have been seen on every host and day{_but_early(rulings)}, "
            f"{clear:.1%} of all questions could be answered, and nothing was found"
        )
        return Verdict.NO_EVIDENCE, because
    because = f"nothing was found, but {1 - clear:.1%} of the questions could not be answered from these logs"
    if dark_chains:
        because += f", among them {_first(dark_chains)}"
    return Verdict.CANNOT_TELL, because


def _caveats(
    rulings: tuple[Ruling, ...], counts: Counter[Verdict], outside: tuple[tuple[str, str], ...]
) -> list[str]:
    found = []
    dark = [one for one in rulings if _is_dark(one)]
    if dark:
        hosts = sorted({host for one in dark for host in one.hosts})
        share = counts[Verdict.CANNOT_TELL] / max(counts.total(), 1)
        found.append(
            f"{share:.1%} of questions by host and day could not be answered, on {len(hosts):,} hosts: "
            f"{_first(hosts)}"
        )
        reasons: dict[str, int] = {}
        for one in dark:
            reasons[one.because] = reasons.get(one.because, 0) + one.host_days
        ranked = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
        found += [f"of these, {days:,} because: {text}" for text, days in ranked[:_NAMED]]
    if outside:
        found.append(
            f"{len(outside):,} questions lie outside of the scope: {_first([name for name, _ in outside])}"
        )
    return found


def _clear_later(rulings: Iterable[Ruling]) -> Callable[[Ruling], bool]:
    """Return what says whether a question is clear on some other day for each host of a ruling."""
    clear: dict[str, set[str]] = {}
    for one in rulings:
        if one.verdict is Verdict.NO_EVIDENCE:
            clear.setdefault(one.question, set()).update(one.hosts)
    return lambda one: clear.get(one.question, set()).issuperset(one.hosts)


def _but_early(rulings: Iterable[Ruling]) -> str:
    names = _names(one for one in rulings if one.is_too_early)
    return f" (of {_first(names)} the first days apart, which are too early)" if names else ""


def _is_dark(one: Ruling) -> bool:
    return one.verdict is Verdict.CANNOT_TELL


def _names(rulings: Iterable[Ruling]) -> list[str]:
    return list(dict.fromkeys(one.question for one in rulings))


def _first(names: list[str]) -> str:
    left = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {left:,} more" if left > 0 else "")


def _is_chain(one: Ruling) -> bool:
    return one.kind == CHAIN
