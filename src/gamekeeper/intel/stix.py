"""An ATT&CK bundle (STIX 2.0 or 2.1) to the fact table. What cannot be used is counted by reason.

A bundle comes from the network or from somebody's disk: it is held to limits, nothing in it is trusted, and
one odd object costs that object only.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

import orjson

from gamekeeper.errors import UsageError
from gamekeeper.intel.facts import Campaign, Facts, Group, Software, is_technique
from gamekeeper.rules.attack import Attack, in_v18

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OBJECT_LIMIT: Final = 500_000
NAME_LIMIT: Final = 200  # characters of one name
ALIAS_LIMIT: Final = 100  # names of one entry
_IDS: Final = {
    "attack-pattern": re.compile(r"T[0-9]{4}(?:\.[0-9]{3})?"),
    "intrusion-set": re.compile(r"G[0-9]{4}"),
    "malware": re.compile(r"S[0-9]{4}"),
    "tool": re.compile(r"S[0-9]{4}"),
    "campaign": re.compile(r"C[0-9]{4}"),
}
_Named = TypeVar("_Named", Group, Software, Campaign)
_VERSION: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){0,2}")


@dataclass(frozen=True, slots=True)
class Taken:
    """A table, and how many objects of the bundle it has no use for, by reason."""

    facts: Facts
    left_out: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Entry:
    id: str
    name: str
    kind: str
    row: dict[str, Any]


@dataclass(slots=True)
class _Edges:
    """Relationships by the STIX id that they start from."""

    techniques: dict[str, set[str]] = field(default_factory=dict)
    software: dict[str, set[str]] = field(default_factory=dict)
    groups: dict[str, set[str]] = field(default_factory=dict)


def facts_of(bundle: bytes, source: str, *, version: str = "") -> Taken:
    """Return the facts in a bundle; raise UsageError where it is no ATT&CK bundle with groups."""
    rows = _objects(bundle, source)
    left_out: Counter[str] = Counter()
    entries = _entries(rows, left_out)
    edges = _edges(rows, entries, left_out)
    groups = [
        _group(key, one, edges) for key, one in entries.items() if one.kind == "intrusion-set"
    ]
    if not any(group.techniques for group in groups):
        raise UsageError(
            f"{source} names no group with a technique: is it ATT&CK's enterprise bundle?"
        )
    facts = Facts(
        attack=version or _version(rows),
        techniques=_technique_names(entries),
        groups=_unique(groups),
        software=_unique(
            Software(one.id, one.name, _aliases(one.row, one.name), one.kind)
            for one in entries.values()
            if one.kind in {"malware", "tool"}
        ),
        campaigns=_unique(
            _campaign(key, one, edges) for key, one in entries.items() if one.kind == "campaign"
        ),
    )
    return Taken(facts, dict(sorted(left_out.items())))


def _objects(bundle: bytes, source: str) -> list[dict[str, Any]]:
    try:
        held = orjson.loads(bundle)
    except ValueError as error:
        raise UsageError(f"{source} is no JSON: {error}") from None
    rows = held.get("objects") if isinstance(held, dict) and held.get("type") == "bundle" else None
    if not isinstance(rows, list):
        raise UsageError(f"{source} is no STIX bundle: it has no list of objects")
    if len(rows) > OBJECT_LIMIT:
        raise UsageError(f"{source} has {len(rows):,} objects: no ATT&CK bundle is that large")
    return [row for row in rows if isinstance(row, dict)]


def _entries(rows: list[dict[str, Any]], left_out: Counter[str]) -> dict[str, _Entry]:
    """Return what is named, by STIX id; an id that comes twice counts as it came last."""
    found: dict[str, _Entry] = {}
    for row in rows:
        kind, key = row.get("type"), row.get("id")
        if not isinstance(kind, str) or kind not in _IDS:
            continue
        attack_id, name = _attack_id(row, _IDS[kind]), row.get("name")
        if row.get("revoked") is True or row.get("x_mitre_deprecated") is True:
            left_out["revoked or deprecated"] += 1
        elif not isinstance(key, str) or not attack_id:
            left_out["without an id of ATT&CK"] += 1
        elif not isinstance(name, str) or not 0 < len(name) <= NAME_LIMIT:
            left_out["without a usable name"] += 1
        else:
            found[key] = _Entry(attack_id, name, kind, row)
    return found


def _attack_id(row: dict[str, Any], form: re.Pattern[str]) -> str:
    references = row.get("external_references")
    for reference in references if isinstance(references, list) else ():
        value = reference.get("external_id") if isinstance(reference, dict) else None
        if isinstance(value, str) and form.fullmatch(value):
            return _in_v18(value) if is_technique(value) else value
    return ""


def _in_v18(technique: str) -> str:
    return in_v18(Attack((), (technique,))).techniques[0]


def _edges(
    rows: list[dict[str, Any]], entries: dict[str, _Entry], left_out: Counter[str]
) -> _Edges:
    edges = _Edges()
    for row in rows:
        if row.get("type") != "relationship" or row.get("revoked") is True:
            continue
        kind, start, end = (
            row.get(key) for key in ("relationship_type", "source_ref", "target_ref")
        )
        if not isinstance(kind, str) or kind not in {"uses", "attributed-to"}:
            continue
        target = entries.get(end) if isinstance(end, str) else None
        if not isinstance(start, str) or start not in entries or target is None:
            left_out["relationships to what is not in the table"] += 1
            continue
        table = _table(edges, kind, target.kind)
        if table is not None:
            table.setdefault(start, set()).add(target.id)
    return edges


def _table(edges: _Edges, relation: str, target: str) -> dict[str, set[str]] | None:
    if relation == "attributed-to":
        return edges.groups if target == "intrusion-set" else None
    if target == "attack-pattern":
        return edges.techniques
    return edges.software if target in {"malware", "tool"} else None


def _group(key: str, entry: _Entry, edges: _Edges) -> Group:
    return Group(
        entry.id,
        entry.name,
        _aliases(entry.row, entry.name),
        _sorted(edges.techniques, key),
        _sorted(edges.software, key),
    )


def _campaign(key: str, entry: _Entry, edges: _Edges) -> Campaign:
    return Campaign(
        entry.id,
        entry.name,
        _day(entry.row.get("first_seen")),
        _day(entry.row.get("last_seen")),
        _sorted(edges.groups, key),
        _sorted(edges.techniques, key),
        _sorted(edges.software, key),
    )


def _sorted(table: dict[str, set[str]], key: str) -> tuple[str, ...]:
    return tuple(sorted(table.get(key, ())))


def _day(value: object) -> str:
    text = value[:10] if isinstance(value, str) else ""
    return text if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else ""


def _aliases(row: dict[str, Any], name: str) -> tuple[str, ...]:
    names = row.get("aliases", row.get("x_mitre_aliases"))
    usable = [
        one
        for one in (names if isinstance(names, list) else ())
        if isinstance(one, str) and 0 < len(one) <= NAME_LIMIT and one != name
    ]
    return tuple(dict.fromkeys(usable))[:ALIAS_LIMIT]


def _technique_names(entries: dict[str, _Entry]) -> dict[str, str]:
    """Return names by id; where two versions' ids fall together, the name that is first in the alphabet."""
    found: dict[str, str] = {}
    for entry in entries.values():
        if entry.kind == "attack-pattern":
            found[entry.id] = min(entry.name, found.get(entry.id, entry.name))
    return dict(sorted(found.items()))


def _version(rows: list[dict[str, Any]]) -> str:
    for row in rows:
        if row.get("type") == "x-mitre-collection":
            version = row.get("x_mitre_version")
            if isinstance(version, str) and _VERSION.fullmatch(version):
                return version
    return ""


def _unique(items: Iterable[_Named]) -> tuple[_Named, ...]:
    """Return entries by their ATT&CK id, each once, whatever the order of the bundle."""
    found: dict[str, _Named] = {}
    for item in items:
        held = found.get(item.id)
        if held is None or repr(held) < repr(item):
            found[item.id] = item
    return tuple(found[key] for key in sorted(found))
