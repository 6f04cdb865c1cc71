"""Candidates and how likely each is: prior times what the evidence says, dependence discounted.

Things of one family of techniques are one act seen from several sides: the weightiest counts in full, the
second by a half, the third by a third.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from gamekeeper.intel.copies import copies_of
from gamekeeper.intel.naming import Rule
from gamekeeper.intel.procedures import Procedure, Procedures
from gamekeeper.intel.rivals import ADMINISTRATOR, RED_TEAM, TITLES, UNKNOWN, Rivals, Trait
from gamekeeper.intel.seen import Seen, family
from gamekeeper.intel.weights import Profile, Weights
from gamekeeper.model.attribution import Basis, Candidate, Reason


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything that evidence is held against."""

    weights: Weights
    procedures: Procedures
    rivals: Rivals
    rule: Rule


def candidates(seen: Seen, tables: Tables) -> tuple[Candidate, ...]:
    """Return every candidate, the likeliest first; none where nothing was seen."""
    if not seen:
        return ()
    found = [_group(profile, seen, tables) for profile in tables.weights.profiles]
    traits = _discounted(_traits(seen, tables))
    published = [one for one in found if one.basis is Basis.PROCEDURES]
    copies = [each for one in published for each in copies_of(one, traits, tables.rivals)]
    found += [
        _rival(ADMINISTRATOR, _of_administrator(seen, tables), tables, copies),
        _rival(RED_TEAM, _of_red_team(seen, tables), tables, copies),
        _rival(UNKNOWN, (), tables, copies),
        *copies,
    ]
    return _normalised(found)


def _normalised(found: list[Candidate]) -> tuple[Candidate, ...]:
    """Return candidates with probabilities that add up to 1."""
    marks = [math.log2(one.prior) + one.bits for one in found]
    most = max(marks)
    masses = [2.0 ** (mark - most) for mark in marks]
    total = math.fsum(masses)
    likely = [
        replace(one, probability=mass / total) for one, mass in zip(found, masses, strict=True)
    ]
    return tuple(sorted(likely, key=lambda one: (-one.probability, one.id)))


def _group(profile: Profile, seen: Seen, tables: Tables) -> Candidate:
    group, weights = profile.group, tables.weights
    reasons = _discounted(_of_group(profile, seen, tables))
    known = group.id in tables.procedures.groups
    return Candidate(
        id=group.id,
        name=group.name,
        basis=Basis.PROCEDURES if known else Basis.TECHNIQUES,
        prior=tables.rivals.prior["groups"] * weights.priors[group.id],
        bits=math.fsum(one.bits for one in reasons),
        probability=0.0,
        reasons=reasons,
    )


def _rival(
    name: str, reasons: Iterable[tuple[str, Reason]], tables: Tables, copies: Sequence[Candidate]
) -> Candidate:
    """Return a rival; those of its sort who copy a group are apart, and their prior with them."""
    told = _discounted(reasons)
    bits = math.fsum(one.bits for one in told)
    prior = tables.rivals.prior[name] - math.fsum(one.prior for one in copies if one.rival == name)
    # Groups of which procedures are known may be all there are, and no rival is ever impossible.
    prior = max(prior, 0.01 * tables.rivals.prior[name])
    return Candidate(name, TITLES[name], Basis.RIVAL, prior, bits, 0.0, told)


def _of_group(profile: Profile, seen: Seen, tables: Tables) -> Iterator[tuple[str, Reason]]:
    weights, group = tables.weights, profile.group.id
    yield from _techniques(seen, tables, lambda name: weights.technique(profile, name), profile)
    published = {one.procedure: one for one in seen.artefacts}
    for procedure in (one for one in seen.procedures if one.group == group):
        artefact = published.get(procedure.id)
        shared = "own" if artefact else procedure.shared
        reason = _procedure(procedure, tables.procedures.shared_bits[shared])
        if artefact:
            text = f"{procedure.says} ({artefact.text})"
            reason = replace(reason, kind="artefact", text=text, sources=artefact.sources)
        yield family(procedure.techniques[0]), replace(reason, distinctive=shared in {"own", "few"})
    for software in seen.software:
        bits = weights.malware(profile, software, tables.rivals)
        if bits:
            count = weights.known_for[software.id]
            yield software.id, Reason("software", software.id, software.name, bits, count, True)


def _of_administrator(seen: Seen, tables: Tables) -> Iterator[tuple[str, Reason]]:
    rivals = tables.rivals
    for name, reason in _techniques(seen, tables, rivals.administrators_bits):
        yield "daily" if rivals.is_daily(reason.id) else name, reason
    for one in seen.procedures:
        bits = tables.procedures.ordinary_bits[one.ordinary]
        yield family(one.techniques[0]), _procedure(one, bits)


def _of_red_team(seen: Seen, tables: Tables) -> Iterator[tuple[str, Reason]]:
    part = tables.rivals.emulated
    yield from _techniques(seen, tables, lambda name: tables.weights.emulated(name, part))
    published = {one.procedure for one in seen.artefacts}
    for one in seen.procedures:
        shared = "own" if one.id in published else one.shared
        bits = tables.procedures.copied * tables.procedures.shared_bits[shared]
        yield family(one.techniques[0]), _procedure(one, bits)
    yield from _traits(seen, tables)


def _traits(seen: Seen, tables: Tables) -> Iterator[tuple[str, Reason]]:
    """Yield what speaks for an exercise whatever it does."""
    for trait, text in seen.traits:
        yield "trait", _trait(trait, text)
    bits = max((b for n, b in tables.rivals.burst_bits.items() if seen.burst >= n), default=0.0)
    if bits:
        text = f"{seen.burst} kinds of technique within {tables.rivals.burst_minutes} minutes"
        yield "burst", Reason("trait", "burst", text, bits, 0, True)


def _techniques(
    seen: Seen, tables: Tables, bits: Callable[[str], float], profile: Profile | None = None
) -> Iterator[tuple[str, Reason]]:
    """Yield what each technique says; of a group's own it is told apart what few groups share."""
    weights = tables.weights
    few = tables.rule.rare_technique * len(weights.profiles)
    for name in seen.techniques:
        count = weights.known_for[name]
        telling = profile is not None and name in profile.techniques and count <= few
        text = weights.facts.techniques[name]
        yield family(name), Reason("technique", name, text, bits(name), count, telling)


def _procedure(procedure: Procedure, bits: float) -> Reason:
    return Reason("procedure", procedure.id, procedure.says, bits, 0, True, procedure.sources)


def _trait(trait: Trait, text: str) -> Reason:
    return Reason("trait", trait.id, f"{trait.says} ({text})", trait.bits, 0, True)


def _discounted(reasons: Iterable[tuple[str, Reason]]) -> tuple[Reason, ...]:
    families: dict[str, list[Reason]] = {}
    for name, reason in reasons:
        families.setdefault(name, []).append(reason)
    counted: list[Reason] = []
    for members in families.values():
        members.sort(key=lambda one: (-abs(one.bits), one.kind, one.id))
        counted += [replace(one, bits=one.bits / rank) for rank, one in enumerate(members, 1)]
    return tuple(sorted(counted, key=lambda one: (-abs(one.bits), one.kind, one.id)))
