"""What ``content/incidents.yml`` says, typed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from gamekeeper.content import load_yaml
from gamekeeper.model.folding import fold
from gamekeeper.model.incidents import SignalKind

_HOUR: Final = 36_000_000_000  # 100 ns


@dataclass(frozen=True, slots=True)
class LinkKind:
    """One kind of link; ``horizon`` in 100 ns. ``least``: bits from which on a signal has such keys.

    ``is_back``: who asks looks back only, never at what came later.
    """

    number: int
    word: str
    strength: float
    horizon: int
    name: str
    least: float = 0.0
    is_back: bool = False


@dataclass(frozen=True, slots=True)
class Cover:
    """When a break of a host belongs to an incident there: how near it is, how long it may last; 100 ns."""

    near: int
    longest: int


@dataclass(frozen=True, slots=True)
class FloodSize:
    """How many equal matches are a flood, how many an hour, and on how many days it is no habit yet.

    ``apart``: how long before or behind it on another day the same act is part of it, in 100 ns.
    """

    matches: int
    per_hour: int
    days: int
    apart: int


@dataclass(frozen=True, slots=True)
class Floors:
    """How severe an incident is at least for what it shows: see ``behaviour_floors``."""

    bits: float
    all_secrets: str
    with_another: str
    grave: float
    together: int
    several: str


@dataclass(frozen=True, slots=True)
class Parameters:
    """All of it; see the comments in the file."""

    level_bits: dict[str, float]
    per_day: float
    per_hour: float
    rule_share: float
    flood: FloodSize
    rarity_per_doubling: float
    rarity_at_most: float
    habit_days: int
    others_share: float
    others_at_most: float
    bridge_bits: float
    light_links: frozenset[str]
    links: dict[str, LinkKind]
    stop_programs: frozenset[str]
    children: int
    shells: frozenset[str]
    stop_sessions: frozenset[str]
    stop_accounts: frozenset[str]
    stop_folders: tuple[str, ...]
    ordinary_bits: float
    reached_bits: float
    severity: tuple[tuple[str, float], ...]
    chain_floors: dict[str, str]
    floors: Floors
    tactic_share: float
    criticality: dict[int, float]
    chain_bits: dict[str, float]
    break_bits: dict[str, dict[str, float]]  # verdict → check → bits
    break_again: float
    break_by_system: float
    cover: Cover
    echo_shares: dict[SignalKind, float]
    tactics: dict[str, str]

    def tactic_of(self, technique: str) -> str:
        """Return the tactic that a technique of a chain or a break serves there, "" for others.

        >>> parameters().tactic_of("T1003.003"), parameters().tactic_of("T9999")
        ('credential-access', '')
        """
        return self.tactics.get(technique, self.tactics.get(technique.partition(".")[0], ""))

    def bits_of_break(self, verdict: str, check: str) -> float:
        """Return what a break of a log says; nothing where an innocent cause explains it as well."""
        of_verdict = self.break_bits.get(verdict, {})
        return of_verdict.get(check, of_verdict.get("others", 0.0))


@cache
def parameters() -> Parameters:
    """Return the parameters that come with the package."""
    given: dict[str, Any] = load_yaml("incidents.yml")
    links = {
        word: LinkKind(
            number,
            word,
            float(kind["strength"]),
            _ticks(kind["hours"]),
            str(kind["name"]),
            float(kind.get("least", 0)),
            bool(kind.get("back", False)),
        )
        for number, (word, kind) in enumerate(given["links"].items())
    }
    return Parameters(
        level_bits={level: float(bits) for level, bits in given["level_bits"].items()},
        per_day=float(given["commonness"]["per_day"]),
        per_hour=float(given["commonness"]["per_hour"]),
        rule_share=float(given["commonness"]["rule_share"]),
        flood=_flood(given["flood"]),
        rarity_per_doubling=float(given["rarity"]["per_doubling"]),
        rarity_at_most=float(given["rarity"]["at_most"]),
        habit_days=int(given["rarity"]["habit_days"]),
        others_share=float(given["dependence"]["others"]),
        others_at_most=float(given["dependence"]["at_most"]),
        bridge_bits=float(given["bridge_bits"]),
        light_links=frozenset(given["light_links"]),
        links=links,
        stop_programs=frozenset(map(fold, given["stop_programs"])),
        children=int(given["children"]),
        shells=frozenset(map(fold, given["shells"])),
        stop_sessions=frozenset(given["stop_sessions"]),
        stop_accounts=frozenset(map(fold, given["stop_accounts"])),
        stop_folders=tuple(map(fold, given["stop_folders"])),
        ordinary_bits=float(given["ordinary_bits"]),
        reached_bits=float(given["reached_bits"]),
        severity=tuple((word, float(bits)) for word, bits in given["severity"].items()),
        chain_floors=dict(given["chain_floors"]),
        floors=Floors(**given["behaviour_floors"]),
        tactic_share=float(given["tactic_share"]),
        criticality={int(level): float(by) for level, by in given["criticality"].items()},
        **_of_observations(given),
    )


def _of_observations(given: dict[str, Any]) -> dict[str, Any]:
    breaks = given["breaks"]
    return {
        "chain_bits": {level: float(bits) for level, bits in given["chain_bits"].items()},
        "break_bits": {
            verdict: {check: float(bits) for check, bits in breaks[verdict].items()}
            for verdict in ("proved", "likely")
        },
        "break_again": float(breaks["again"]),
        "break_by_system": float(breaks["by_system"]),
        "cover": Cover(_ticks(breaks["near_hours"]), _ticks(breaks["longest_hours"])),
        "echo_shares": {
            SignalKind(kind): float(share) for kind, share in given["echo_shares"].items()
        },
        "tactics": {
            technique: tactic for tactic, names in given["tactics"].items() for technique in names
        },
    }


def _flood(given: dict[str, Any]) -> FloodSize:
    matches, per_hour, days = (int(given[word]) for word in ("matches", "per_hour", "days"))
    return FloodSize(matches, per_hour, days, _ticks(given["apart"]))


def _ticks(hours: float) -> int:
    return round(float(hours) * _HOUR)
