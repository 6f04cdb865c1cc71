"""The rule by which a group is named at all, and why it mostly is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from gamekeeper import content
from gamekeeper.errors import ContentError
from gamekeeper.intel.rivals import TITLES, UNKNOWN
from gamekeeper.model.attribution import Basis, Candidate, Verdict


@dataclass(frozen=True, slots=True)
class Likelihood:
    """The numbers of the likelihood; ``naming.yml`` says how they were fitted."""

    pull: float
    trust: float
    documented: float


@dataclass(frozen=True, slots=True)
class Rule:
    """What has to hold before a group is named."""

    probability: float
    distinctive: int
    procedures: int
    rare_technique: float
    also: float
    ceiling: float

    def judge(self, candidates: Sequence[Candidate]) -> tuple[Verdict, str]:
        """Return how the question ends, and why, for candidates of which the likeliest is first."""
        if not candidates:
            return Verdict.ABSTAINED, "nothing was seen that a table of groups speaks of"
        best = candidates[0]
        if best.id == UNKNOWN:
            return Verdict.ABSTAINED, f"what was seen fits {TITLES[UNKNOWN]} best"
        if best.probability < self.probability:
            return Verdict.ABSTAINED, "nobody is more likely than all others together"
        if best.basis is Basis.RIVAL:
            return Verdict.RIVAL, f"what was seen fits {TITLES[best.id]} best"
        return self._named(best)

    def _named(self, best: Candidate) -> tuple[Verdict, str]:
        telling = [one for one in best.reasons if one.distinctive and one.bits > 0]
        procedures = [one for one in telling if one.kind != "technique"]
        if len(procedures) < self.procedures:
            return Verdict.ABSTAINED, "techniques and tools that anybody has name nobody"
        if len(telling) < self.distinctive:
            return (
                Verdict.ABSTAINED,
                f"{len(telling)} of {self.distinctive} distinctive things were seen",
            )
        return Verdict.NAMED, f"{len(telling)} things were seen that few others are known for"


@cache
def numbers() -> tuple[Likelihood, Rule]:
    """Return the numbers that come with the program."""
    return read_numbers(content.load_yaml("intel/naming.yml"))


def read_numbers(document: dict[str, Any]) -> tuple[Likelihood, Rule]:
    """Return the numbers; raise ContentError where one is out of range."""
    try:
        likelihood = Likelihood(**{key: float(v) for key, v in document["likelihood"].items()})
        rule = Rule(**document["rule"])
    except (TypeError, KeyError, ValueError) as error:
        raise ContentError(f"naming.yml: {error}") from None
    if likelihood.pull <= 0 or not 0 <= likelihood.trust <= 1 or not 0 < rule.probability <= 1:
        raise ContentError("naming.yml: a number is out of range")
    return likelihood, rule
