"""Who else it may have been: an administrator, a red team, an intruder unknown. Their habits, as data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from gamekeeper import content
from gamekeeper.errors import ContentError

ADMINISTRATOR: Final = "administrator"
RED_TEAM: Final = "red team"
UNKNOWN: Final = "unknown"
#: What each rival is called in a sentence.
TITLES: Final = {
    ADMINISTRATOR: "an administrator at work",
    RED_TEAM: "a red team or a product that emulates intruders",
    UNKNOWN: "an intruder of whom nothing is known here",
}
#: What somebody is called who does as reports tell of a group.
COPIES: Final = {
    RED_TEAM: "a red team or a product that copies what was published of {}",
    UNKNOWN: "another intruder who works as was published of {}",
}
_TECHNIQUE: Final = re.compile(r"(?<![A-Za-z0-9])T1[0-9]{3}(?:\.[0-9]{3})?(?![A-Za-z0-9])")


@dataclass(frozen=True, slots=True)
class Trait:
    """Something that speaks for an exercise, with the texts that show it."""

    id: str
    bits: float
    says: str
    texts: tuple[str, ...] = ()  # in lower case
    tools: tuple[str, ...] = ()  # in lower case
    techniques: bool = False

    def found_in(self, tools: tuple[str, ...], texts: tuple[str, ...]) -> Iterator[str]:
        """Yield what shows the trait."""
        words = [f" {_words(tool)} " for tool in tools]
        lowered = [text.casefold() for text in (*texts, *tools)]
        yield from (one for one in self.tools if any(f" {_words(one)} " in word for word in words))
        yield from (one for one in self.texts if any(one in text for text in lowered))
        if self.techniques:
            yield from (name for text in texts for name in _TECHNIQUE.findall(text))


@dataclass(frozen=True, slots=True)
class Rivals:
    """The rivals' habits, and what counts as everybody's tool."""

    prior: Mapping[str, float]
    habit: Mapping[str, str]  # technique -> daily or known
    habit_bits: Mapping[str, float]
    emulated: float  # the part of a red team's work that goes through a list
    traits: tuple[Trait, ...]
    burst_minutes: int
    burst_bits: Mapping[int, float]
    commodity_names: frozenset[str]
    commodity_groups: int
    malware_bits: Mapping[int, float]
    copies: Mapping[str, float]  # rival -> copies of a group to one intrusion of it
    copies_cap: float  # bits that published procedures may part a group from its copies by

    def administrators_bits(self, technique: str) -> float:
        """Return what a technique says for an administrator, against an intruder unknown."""
        return self.habit_bits[self.habit.get(technique, "seldom")]

    def is_daily(self, technique: str) -> bool:
        """Say whether administrators do this every day."""
        return self.habit.get(technique) == "daily"


@cache
def rivals() -> Rivals:
    """Return the table that comes with the program."""
    return read_rivals(content.load_yaml("intel/rivals.yml"))


def read_rivals(document: dict[str, Any]) -> Rivals:
    """Return a table; raise ContentError where it does not hold together."""
    prior = {key: float(value) for key, value in document["prior"].items()}
    if set(prior) != {ADMINISTRATOR, RED_TEAM, UNKNOWN, "groups"} or min(prior.values()) <= 0:
        raise ContentError("rivals.yml: prior wants every rival and the groups, each above 0")
    copies = document["copies"]
    if not set(copies["each"]) <= {RED_TEAM, UNKNOWN} or copies["cap"] < 0:
        raise ContentError(
            "rivals.yml: a red team or an intruder unknown copies, with a cap of 0 or more"
        )
    habits = document["administrator"]
    commodity = document["commodity"]
    return Rivals(
        prior={key: value / sum(prior.values()) for key, value in prior.items()},
        habit={one: habit for habit in ("known", "daily") for one in habits[habit]},
        habit_bits={word: float(bits) for word, bits in habits["bits"].items()},
        emulated=float(document["emulated"]),
        traits=tuple(_trait(row) for row in document["traits"]),
        burst_minutes=document["burst"]["minutes"],
        burst_bits={count: float(bits) for count, bits in document["burst"]["steps"].items()},
        commodity_names=frozenset(name.casefold() for name in commodity["names"]),
        commodity_groups=commodity["groups"],
        malware_bits={count: float(bits) for count, bits in document["own_malware"].items()},
        copies={one: float(share) for one, share in document["copies"]["each"].items()},
        copies_cap=float(document["copies"]["cap"]),
    )


def _trait(row: dict[str, Any]) -> Trait:
    folded = {key: tuple(map(str.casefold, row.get(key, ()))) for key in ("texts", "tools")}
    return Trait(
        row["id"],
        float(row["bits"]),
        row["says"],
        techniques=row.get("techniques", False),
        **folded,
    )


def _words(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.casefold()))
