"""What the HTML report shows of verdict and visibility: plain HTML that needs no script."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from gamekeeper.model.visibility import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.model.results import HuntResult

#: Stretches with their reasons, and figures of a check, that the page lists; JSON has all.
REASONS_SHOWN: Final = 4
FIGURES_SHOWN: Final = 60
HOSTS_NAMED: Final = 6
_OUTCOME_PILLS: Final = {
    Outcome.PASS: "sev-good",
    Outcome.WARN: "sev-medium",
    Outcome.FAIL: "sev-high",
    Outcome.INFO: "sev-informational",
    Outcome.CANNOT_TELL: "sev-low",
}
_VERDICT_PILLS: Final = {
    Verdict.AFFECTED: "sev-critical",
    Verdict.SUSPECTED: "sev-high",
    Verdict.CANNOT_TELL: "sev-medium",
    Verdict.NO_EVIDENCE: "sev-good",
}


def context(result: HuntResult) -> dict[str, object]:
    """Return what the templates ask for; without a result they show nothing."""
    seen = result.visibility
    if seen is None:
        return {"seen": None, "judgement": None}
    counts = Counter(one.outcome for one in seen.checks)

    def named(hosts: Sequence[str]) -> str:
        shown = ", ".join(seen.names.get(host, host) for host in hosts[:HOSTS_NAMED])
        left = len(hosts) - HOSTS_NAMED
        return f"{shown} and {left:,} more" if left > 0 else shown

    return {
        "seen": seen,
        "judgement": seen.judgement,
        "verdict_pill": _VERDICT_PILLS[seen.judgement.verdict] if seen.judgement else "",
        "verdict_class": seen.judgement.verdict.replace(" ", "-") if seen.judgement else "",
        "outcome_pills": _OUTCOME_PILLS,
        "outcomes": [(outcome, counts[outcome]) for outcome in Outcome if counts[outcome]],
        "best": seen.cheapest_fix,
        "named": named,
        "reasons_shown": REASONS_SHOWN,
        "figures_shown": FIGURES_SHOWN,
    }
