"""All that is known of one group in one place: facts, procedures, what each technique is worth, claims."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gamekeeper.errors import UsageError
from gamekeeper.intel.attribution import tables_of
from gamekeeper.intel.ledger import Ledger, ledger
from gamekeeper.model.attribution import Basis, Reason
from gamekeeper.settings import near

if TYPE_CHECKING:
    from gamekeeper.intel.facts import Campaign, Facts, Group, Software
    from gamekeeper.intel.likelihood import Tables
    from gamekeeper.intel.procedures import Procedure
    from gamekeeper.intel.weights import Profile


@dataclass(frozen=True, slots=True)
class Sheet:
    """One group."""

    group: Group
    attack: str
    basis: Basis
    techniques: tuple[Reason, ...]  # what few groups are known for first
    procedures: tuple[Procedure, ...]
    software: tuple[Software, ...]
    campaigns: tuple[Campaign, ...]
    book: Ledger


def group_named(name: str, facts: Facts) -> Group:
    """Return the group of a number or name; raise UsageError where there is none, or more than one."""
    wanted = name.strip().casefold()
    found = facts.names.get(wanted) or _by_ledger(wanted, facts)
    if len(found) == 1:
        return found[0]
    if found:
        several = ", ".join(f"{one.name} ({one.id})" for one in found)
        raise UsageError(f"{name!r} is a name of several groups: {several}; give the number")
    hint = near(wanted, facts.names)
    raise UsageError(f"there is no group {name!r}{hint}")


def sheet_of(group: Group, facts: Facts) -> Sheet:
    """Return all that is known of a group."""
    tables = tables_of(facts)
    profile = next((one for one in tables.weights.profiles if one.group.id == group.id), None)
    rows = tables.procedures.by_id.values()
    procedures = tuple(one for one in rows if one.group == group.id)
    software = profile.software if profile else frozenset()
    return Sheet(
        group=group,
        attack=facts.attack,
        basis=Basis.PROCEDURES if procedures else Basis.TECHNIQUES,
        techniques=_techniques(profile, tables) if profile else (),
        procedures=procedures,
        software=tuple(one for one in facts.software if one.id in software),
        campaigns=tuple(facts.campaigns_of(group.id)),
        book=ledger().of(group.id),
    )


def _techniques(profile: Profile, tables: Tables) -> tuple[Reason, ...]:
    weights = tables.weights
    few = tables.rule.rare_technique * len(weights.profiles)
    rows = [
        Reason(
            "technique",
            name,
            weights.facts.techniques[name],
            weights.technique(profile, name),
            weights.known_for[name],
            weights.known_for[name] <= few,
        )
        for name in profile.techniques
    ]
    return tuple(sorted(rows, key=lambda one: (one.groups, one.id)))


def _by_ledger(name: str, facts: Facts) -> tuple[Group, ...]:
    """Return groups that somebody calls so, by a name that means the same actor."""
    ids = {
        one.group
        for one in ledger().names
        if one.name.casefold() == name and one.relation == "same"
    }
    return tuple(facts.by_id[one] for one in sorted(ids) if one in facts.by_id)
