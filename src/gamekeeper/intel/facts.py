"""The fact table: groups, techniques, software and campaigns of ATT&CK, as ids and names only.

It is what an ATT&CK bundle says about who was seen to do what. The bundle's sentences stay out: no procedure
is in it, and what a group is *not* listed with, it may do all the same. Technique ids are those of ATT&CK
v18 throughout, whatever version the bundle is of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import orjson

from gamekeeper.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FORM: Final = 1
NOTICE: Final = (
    "© 2025 The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE "
    "Corporation. LICENSE: The MITRE Corporation (MITRE) hereby grants you a non-exclusive, royalty-free "
    "license to use ATT&CK® for research, development, and commercial purposes. Any copy you make for such "
    "purposes is authorized provided that you reproduce MITRE's copyright designation and this license in "
    "any such copy. MITRE gives no warranty; terms: https://attack.mitre.org/resources/legal-and-branding/"
    "terms-of-use/"
)
_TECHNIQUE: Final = re.compile(r"T[0-9]{4}(?:\.[0-9]{3})?")


@dataclass(frozen=True, slots=True)
class Group:
    """A group (STIX: intrusion-set) and what it was itself listed with; campaigns stand apart."""

    id: str
    name: str
    aliases: tuple[str, ...]
    techniques: tuple[str, ...]
    software: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Software:
    """Malware, or a tool: in ATT&CK's words something that defenders and administrators may use, too."""

    id: str
    name: str
    aliases: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign, and the groups that ATT&CK attributes it to: none, one or several."""

    id: str
    name: str
    first_seen: str
    last_seen: str
    groups: tuple[str, ...]
    techniques: tuple[str, ...]
    software: tuple[str, ...]


@dataclass(
    frozen=True, eq=False
)  # compared by identity: what follows from a table is kept per table
class Facts:
    """The whole table."""

    attack: str  # the version of ATT&CK, "" where the bundle does not say
    techniques: Mapping[str, str]  # id -> name
    groups: tuple[Group, ...]
    software: tuple[Software, ...]
    campaigns: tuple[Campaign, ...]

    @cached_property
    def by_id(self) -> Mapping[str, Group]:
        """Groups by their id."""
        return {group.id: group for group in self.groups}

    @cached_property
    def names(self) -> Mapping[str, tuple[Group, ...]]:
        """Groups by every name that they go by, in lower case; one name may stand for several."""
        found: dict[str, list[Group]] = {}
        for group in self.groups:
            for name in dict.fromkeys(map(str.casefold, (group.id, group.name, *group.aliases))):
                found.setdefault(name, []).append(group)
        return {name: tuple(groups) for name, groups in found.items()}

    @cached_property
    def software_names(self) -> Mapping[str, tuple[Software, ...]]:
        """Software by every name that it goes by, in lower case."""
        found: dict[str, list[Software]] = {}
        for one in self.software:
            for name in dict.fromkeys(map(str.casefold, (one.id, one.name, *one.aliases))):
                found.setdefault(name, []).append(one)
        return {name: tuple(held) for name, held in found.items()}

    def campaigns_of(self, group_id: str) -> Iterator[Campaign]:
        """Yield the campaigns that are attributed to a group."""
        return (one for one in self.campaigns if group_id in one.groups)


def to_json(facts: Facts) -> bytes:
    """Return the table as it is kept, one entry a line, so that a change reads as a change."""
    head = {"form": FORM, "attack": facts.attack, "notice": NOTICE}
    lines = [orjson.dumps(head)[:-1]]
    lines.append(b'"techniques":{\n' + _joined(_pairs(facts.techniques)) + b"\n}")
    for name in ("groups", "software", "campaigns"):
        rows = [orjson.dumps(_row(item)) for item in getattr(facts, name)]
        lines.append(f'"{name}":[\n'.encode() + _joined(rows) + b"\n]")
    return b",\n".join(lines) + b"}\n"


def from_json(data: bytes, where: str) -> Facts:
    """Read a table; raise ContentError where it is none or does not hold together."""
    try:
        held = orjson.loads(data)
        if held["form"] != FORM:
            raise ContentError(f"{where} is of another form than this version reads")
        facts = Facts(
            attack=str(held["attack"]),
            techniques={str(key): str(name) for key, name in held["techniques"].items()},
            groups=tuple(Group(**_fields(row)) for row in held["groups"]),
            software=tuple(Software(**_fields(row)) for row in held["software"]),
            campaigns=tuple(Campaign(**_fields(row)) for row in held["campaigns"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ContentError(f"{where} is no table of facts: {error}") from None
    _check(facts, where)
    return facts


def is_technique(text: str) -> bool:
    """Say whether a text has the form of a technique's id."""
    return bool(_TECHNIQUE.fullmatch(text))


def _check(facts: Facts, where: str) -> None:
    known, software = set(facts.techniques), {one.id for one in facts.software}
    entries: list[Group | Campaign] = [*facts.groups, *facts.campaigns]
    for entry in entries:
        if not known.issuperset(entry.techniques) or not software.issuperset(entry.software):
            raise ContentError(f"{where}: {entry.id} leads to something that is not in the table")


def _pairs(table: Mapping[str, str]) -> list[bytes]:
    return [orjson.dumps(key) + b":" + orjson.dumps(table[key]) for key in sorted(table)]


def _row(item: object) -> dict[str, Any]:
    fields = type(item).__dataclass_fields__  # type: ignore[attr-defined]
    return {name: getattr(item, name) for name in fields}


def _fields(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _typed(value) for name, value in row.items()}


def _typed(value: object) -> str | tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else str(value)


def _joined(rows: list[bytes]) -> bytes:
    return b",\n".join(rows)
