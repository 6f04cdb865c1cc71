"""The table of procedures: what is known of *how* a group does things, and what each is worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from gamekeeper import content
from gamekeeper.errors import ContentError
from gamekeeper.intel.facts import is_technique

SHARED: Final = ("own", "few", "some", "many")
ORDINARY: Final = ("common", "uncommon", "rare")


@dataclass(frozen=True, slots=True)
class Procedure:
    """One way of doing something that reports tell of a group."""

    id: str
    group: str
    says: str
    techniques: tuple[str, ...]
    shared: str
    ordinary: str
    sources: tuple[str, ...]  # ids of sources of the ledger
    second_hand: bool = False
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Artefact:
    """A name of a file or folder that was published of one group."""

    text: str  # in lower case
    procedure: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Procedures:
    """The whole table, and what its words are worth in bits."""

    by_id: Mapping[str, Procedure]
    by_rule: Mapping[str, tuple[Procedure, ...]]
    artefacts: tuple[Artefact, ...]
    shared_bits: Mapping[str, float]
    ordinary_bits: Mapping[str, float]
    copied: float

    @property
    def groups(self) -> frozenset[str]:
        """The groups of which procedures are known here."""
        return frozenset(one.group for one in self.by_id.values())

    def shown_by(self, rules: Iterable[str]) -> tuple[str, ...]:
        """Return the procedures that rules of our own pack show."""
        shown = (one.id for rule in rules for one in self.by_rule.get(rule, ()))
        return tuple(dict.fromkeys(shown))

    def artefacts_in(self, texts: Iterable[str]) -> tuple[Artefact, ...]:
        """Return the published names that stand in command lines and paths."""
        lowered = [text.casefold() for text in texts]
        return tuple(one for one in self.artefacts if any(one.text in text for text in lowered))


@cache
def procedures() -> Procedures:
    """Return the table that comes with the program."""
    return read_procedures(content.load_yaml("intel/procedures.yml"))


def read_procedures(document: dict[str, Any]) -> Procedures:
    """Return a table; raise ContentError where a row does not hold together."""
    rows = [_procedure(row) for row in document["procedures"]]
    by_id = {row.id: row for row in rows}
    if len(by_id) != len(rows):
        raise ContentError("procedures.yml: an id stands twice")
    by_rule: dict[str, list[Procedure]] = {}
    for row in rows:
        for rule in row.rules:
            by_rule.setdefault(rule, []).append(row)
    artefacts = tuple(_artefact(row, by_id) for row in document["artefacts"])
    bits = document["bits"]
    return Procedures(
        by_id,
        {rule: tuple(found) for rule, found in by_rule.items()},
        artefacts,
        {word: float(bits["shared"][word]) for word in SHARED},
        {word: float(bits["ordinary"][word]) for word in ORDINARY},
        float(bits["copied"]),
    )


def _procedure(row: dict[str, Any]) -> Procedure:
    read = Procedure(
        id=row["id"],
        group=row["group"],
        says=row["says"],
        techniques=tuple(row["techniques"]),
        shared=row["shared"],
        ordinary=row["ordinary"],
        sources=tuple(row["sources"]),
        second_hand=bool(row.get("second_hand")),
        rules=tuple(row.get("rules", ())),
    )
    faults = [one for one in read.techniques if not is_technique(one)]
    if faults or not read.techniques or not read.sources:
        raise ContentError(f"procedures.yml: {read.id} lacks techniques or sources: {faults}")
    if read.shared not in SHARED or read.ordinary not in ORDINARY:
        raise ContentError(f"procedures.yml: {read.id}: {read.shared!r}, {read.ordinary!r}")
    return read


def _artefact(row: dict[str, Any], known: Mapping[str, Procedure]) -> Artefact:
    if row["procedure"] not in known or len(row["text"]) < 8:  # short ones would be found anywhere
        raise ContentError(f"procedures.yml: {row['text']!r} is no usable artefact")
    return Artefact(row["text"].casefold(), row["procedure"], tuple(row["sources"]))
