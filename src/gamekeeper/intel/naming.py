"""The rule by which a group is named at all, and why it mostly is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from gamekeeper import content
from gamekeeper.errors import ContentError
from gamekeeper.intel.copies import folded
from gamekeeper.intel.rivals import TITLES, UNKNOWN
from gamekeeper.model.attribution import Basis, Candidate, Reason, Verdict


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
        named = self.named(candidates)
        if named is not None:
            count = len(_telling(named))
            return Verdict.NAMED, f"{count} things were seen that few others are known for"
        best = folded(candidates)[0]
        if best.id == UNKNOWN:
            return Verdict.ABSTAINED, f"what was seen fits {TITLES[UNKNOWN]} best"
        if best.basis is not Basis.RIVAL and not self._is_told(best):
            return Verdict.ABSTAINED, self._too_little(best)
        if best.probability < self.probability or best.basis is not Basis.RIVAL:
            return Verdict.ABSTAINED, "nobody is more likely than all others together"
        return Verdict.RIVAL, f"what was seen fits {TITLES[best.id]} best"

    def named(self, candidates: Sequence[Candidate]) -> Candidate | None:
        """Return the group whose way of working was seen, if it may be told.

        It and who copies it are more likely than all else together, and it is no less so than any of
        those copies.
        """
        groups = [one for one in candidates if one.basis is not Basis.RIVAL]
        best = max(groups, key=lambda one: one.probability, default=None)
        if best is None or not self._is_told(best):
            return None
        copies = [one.probability for one in candidates if one.copies == best.id]
        is_way = best.probability + sum(copies) >= self.probability
        return best if is_way and best.probability >= max(copies, default=0.0) else None

    def _is_told(self, group: Candidate) -> bool:
        telling = _telling(group)
        return len(telling) >= self.distinctive and len(_beyond(telling)) >= self.procedures

    def _too_little(self, group: Candidate) -> str:
        telling = _telling(group)
        if len(_beyond(telling)) < self.procedures:
            return "techniques and tools that anybody has name nobody"
        return f"{len(telling)} of {self.distinctive} distinctive things were seen"


def _telling(group: Candidate) -> list[Reason]:
    return [one for one in group.reasons if one.distinctive and one.bits > 0]


def _beyond(telling: Sequence[Reason]) -> list[Reason]:
    return [one for one in telling if one.kind != "technique"]


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
