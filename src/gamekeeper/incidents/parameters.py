"""What ``content/incidents.yml`` says, typed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from gamekeeper.content import load_yaml
from gamekeeper.model.folding import fold

_HOUR: Final = 36_000_000_000  # 100 ns


@dataclass(frozen=True, slots=True)
class LinkKind:
    """One kind of link; ``horizon`` in 100 ns."""

    number: int
    word: str
    strength: float
    horizon: int
    name: str


@dataclass(frozen=True, slots=True)
class Parameters:
    """All of it; see the comments in the file."""

    level_bits: dict[str, float]
    per_day: float
    per_hour: float
    rule_share: float
    rarity_per_doubling: float
    rarity_at_most: float
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
    tactic_share: float
    criticality: dict[int, float]


@cache
def parameters() -> Parameters:
    """Return the parameters that come with the package."""
    given: dict[str, Any] = load_yaml("incidents.yml")
    links = {
        word: LinkKind(
            number, word, float(kind["strength"]), _ticks(kind["hours"]), str(kind["name"])
        )
        for number, (word, kind) in enumerate(given["links"].items())
    }
    return Parameters(
        level_bits={level: float(bits) for level, bits in given["level_bits"].items()},
        per_day=float(given["commonness"]["per_day"]),
        per_hour=float(given["commonness"]["per_hour"]),
        rule_share=float(given["commonness"]["rule_share"]),
        rarity_per_doubling=float(given["rarity"]["per_doubling"]),
        rarity_at_most=float(given["rarity"]["at_most"]),
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
        tactic_share=float(given["tactic_share"]),
        criticality={int(level): float(by) for level, by in given["criticality"].items()},
    )


def _ticks(hours: float) -> int:
    return round(float(hours) * _HOUR)
