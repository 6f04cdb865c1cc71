"""Which ATT&CK numbers exist, in version 18 or 19."""

from __future__ import annotations

from functools import cache

from gamekeeper import content

#: Tactics of both versions, in the order of an intrusion; 19 split defense-evasion in two.
TACTICS = (
    "reconnaissance",
    "resource-development",
    "initial-access",
    "execution",
    "persistence",
    "privilege-escalation",
    "stealth",
    "defense-evasion",
    "defense-impairment",
    "credential-access",
    "discovery",
    "lateral-movement",
    "collection",
    "command-and-control",
    "exfiltration",
    "impact",
)


@cache
def techniques() -> frozenset[str]:
    """Return the numbers of all techniques and sub-techniques.

    >>> "T1059.001" in techniques(), "T1685.005" in techniques(), "T1059.099" in techniques()
    (True, True, False)
    """
    old: dict[str, list[int]] = content.load_yaml("attack_techniques.yml")
    new: dict[str, list[str]] = content.load_yaml("attack_crosswalk.yml")["techniques"]
    below = (f"{number}.{sub:03}" for number, subs in old.items() for sub in subs)
    return frozenset((*old, *below, *new))
