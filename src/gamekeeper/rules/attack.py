"""ATT&CK in the tags of rules, and the bridge between its versions 18 and 19."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from gamekeeper import content

if TYPE_CHECKING:
    from collections.abc import Iterable

_TECHNIQUE = re.compile(r"t[0-9]{4}(?:\.[0-9]{3})?")
_TACTIC_ID = re.compile(r"ta[0-9]{4}")
_TACTIC = re.compile(r"[a-z]+(?:-[a-z]+)*")
#: A rule that names so many sub-techniques of one technique means "one of these".
_ONE_OF = 3


@dataclass(frozen=True, slots=True)
class Attack:
    """What a rule claims: tactic names in lower case with hyphens, and technique ids."""

    tactics: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()

    @property
    def main(self) -> str:
        """What a match says: the first technique, "" for none; the others are what it may be as well.

        Of a rule that names three and more sub-techniques of the first it is the one above them: a tool
        for passwords was met, and which passwords it took, the rule does not say.

        >>> Attack((), ("T1047", "T1220")).main, Attack((), ("T1003.001", "T1003.002", "T1003.004")).main
        ('T1047', 'T1003')
        """
        first = next(iter(self.techniques), "")
        above = first.partition(".")[0]
        alike = [one for one in self.techniques if one.startswith(f"{above}.")]
        return above if len(alike) >= _ONE_OF else first


def attack_of(tags: Iterable[str]) -> Attack:
    """Return tactics and techniques in the order of the tags, spelled in one way.

    >>> attack_of(["attack.Defense_Evasion", "attack.t1059.001", "attack.g0049", "cve.2024-1"])
    Attack(tactics=('defense-evasion',), techniques=('T1059.001',))
    """
    tactics: dict[str, None] = {}
    techniques: dict[str, None] = {}
    for tag in tags:
        namespace, _, name = tag.strip().lower().replace("_", "-").replace(" ", "-").partition(".")
        if namespace != "attack":
            continue
        if _TECHNIQUE.fullmatch(name):
            techniques[name.upper()] = None
        elif _TACTIC_ID.fullmatch(name):
            tactics[_table("tactic_ids").get(name.upper(), name)] = None
        elif _TACTIC.fullmatch(name):
            tactics[name] = None
    return Attack(tuple(tactics), tuple(techniques))


def in_v18(attack: Attack) -> Attack:
    """Return the same in the words of ATT&CK v18, for intelligence and maps that speak it.

    >>> in_v18(Attack(("stealth",), ("T1685.005",)))
    Attack(tactics=('defense-evasion',), techniques=('T1070.001',))
    """
    tactics = [_table("tactics").get(name, name) for name in attack.tactics]
    techniques = [_table("techniques").get(name, [name])[0] for name in attack.techniques]
    return Attack(tuple(dict.fromkeys(tactics)), tuple(dict.fromkeys(techniques)))


def tactic_id(name: str) -> str:
    """Return the number of a tactic of v18; a name that has none stays.

    >>> tactic_id("credential-access"), tactic_id("stealth")
    ('TA0006', 'stealth')
    """
    return next((one for one, own in _table("tactic_ids").items() if own == name), name)


def in_v19(technique: str) -> str:
    """Return the v19 id of a technique given in either version.

    >>> in_v19("T1070.001"), in_v19("T1059.001")
    ('T1685.005', 'T1059.001')
    """
    return _successors().get(technique, technique)


@cache
def _successors() -> dict[str, str]:
    """v18 id -> v19 id; the first in the table wins, and T1211 lives on beside what was split off."""
    found: dict[str, str] = {}
    for new, old in _table("techniques").items():
        for name in old:
            found.setdefault(name, new)
    return {old: new for old, new in found.items() if old != "T1211"}


def _table(name: str) -> dict[str, Any]:
    table: dict[str, Any] = content.load_yaml("attack_crosswalk.yml")[name]
    return table
