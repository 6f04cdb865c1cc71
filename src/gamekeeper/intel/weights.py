"""What each thing that was seen is worth for each candidate, in bits against an intruder unknown.

A technique is worth more the fewer groups are known for it, and less the longer a group's list is: a list
of ninety techniques holds most things by chance. Lists have holes, so what is not in one speaks against the
group a little only.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from gamekeeper.intel.facts import Facts, Group, Software

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gamekeeper.intel.naming import Likelihood
    from gamekeeper.intel.rivals import Rivals


@dataclass(frozen=True, slots=True)
class Profile:
    """What a group is known for: its own entries and those of the campaigns attributed to it."""

    group: Group
    techniques: frozenset[str]
    software: frozenset[str]


@dataclass(frozen=True)
class Weights:
    """Worth of techniques and software, for one table of facts."""

    facts: Facts
    numbers: Likelihood

    @cached_property
    def profiles(self) -> tuple[Profile, ...]:
        """Every group of which a technique or software is known."""
        made = (_profile(group, self.facts) for group in self.facts.groups)
        return tuple(one for one in made if one.techniques or one.software)

    @cached_property
    def known_for(self) -> Counter[str]:
        """How many groups are known for a technique or a piece of software."""
        return Counter(name for one in self.profiles for name in (*one.techniques, *one.software))

    @cached_property
    def _background(self) -> Mapping[str, float]:
        """How often a technique is what a group is known for; never 0."""
        count = {name: self.known_for[name] + 1 for name in self.facts.techniques}
        total = sum(count.values())
        return {name: number / total for name, number in count.items()}

    @cached_property
    def priors(self) -> Mapping[str, float]:
        """The share of each group before any evidence: of whom much is documented, much is heard."""
        size = {
            one.group.id: (len(one.techniques) + 1) ** self.numbers.documented
            for one in self.profiles
        }
        total = sum(size.values())
        return {name: number / total for name, number in size.items()}

    def technique(self, profile: Profile, technique: str) -> float:
        """Return the bits of a technique for a group."""
        met = (technique in profile.techniques) / self._background[technique]
        pull = self.numbers.pull
        return self.numbers.trust * math.log2((met + pull) / (len(profile.techniques) + pull))

    def emulated(self, technique: str, part: float) -> float:
        """Return the bits of a technique for somebody who in part of the work tries each about once."""
        ratio = 1 / len(self._background) / self._background[technique]
        return self.numbers.trust * math.log2(1 - part + part * ratio)

    def malware(self, profile: Profile, software: Software, rivals: Rivals) -> float:
        """Return the bits of a piece of software for a group; what anybody has is worth nothing."""
        if software.id not in profile.software or self.is_commodity(software, rivals):
            return 0.0
        return rivals.malware_bits.get(self.known_for[software.id], 0.0)

    def is_commodity(self, software: Software, rivals: Rivals) -> bool:
        """Say whether anybody has it: a tool in ATT&CK's sense, one by name, or one of many groups."""
        names = {name.casefold() for name in (software.name, *software.aliases)}
        return (
            software.kind == "tool"
            or bool(names & rivals.commodity_names)
            or self.known_for[software.id] > rivals.commodity_groups
        )


def _profile(group: Group, facts: Facts) -> Profile:
    campaigns = tuple(facts.campaigns_of(group.id))
    return Profile(
        group,
        frozenset(group.techniques).union(*(one.techniques for one in campaigns)),
        frozenset(group.software).union(*(one.software for one in campaigns)),
    )
