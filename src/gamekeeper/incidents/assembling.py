"""Incidents of a run: matches grouped into signals, signals linked, groups scored, told and ranked."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.engine.pages import give_back
from gamekeeper.incidents import advice, scoring, surroundings, telling
from gamekeeper.incidents.advice import Known
from gamekeeper.incidents.behaviours import book
from gamekeeper.incidents.covering import covered
from gamekeeper.incidents.graveness import floors
from gamekeeper.incidents.innocent import innocent
from gamekeeper.incidents.linking import Groups, group
from gamekeeper.incidents.observed import Spoken, with_observations
from gamekeeper.incidents.of_observations import chain_of, cited_steps
from gamekeeper.incidents.parameters import parameters
from gamekeeper.incidents.poured import Again
from gamekeeper.incidents.reaching import reached
from gamekeeper.incidents.shown import shown
from gamekeeper.incidents.signals import Material, signals
from gamekeeper.incidents.sureness import sureness
from gamekeeper.incidents.weighing import Covered
from gamekeeper.model.incidents import Hop, Incident, SignalKind, Step
from gamekeeper.rules.techniques import TACTICS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gamekeeper.context.given import Context
    from gamekeeper.incidents.cells import Cells
    from gamekeeper.incidents.records import RuleLike
    from gamekeeper.incidents.surroundings import Around
    from gamekeeper.incidents.telling import Told
    from gamekeeper.model.observations import Observation
    from gamekeeper.model.traces import TraceStore

#: A signal of so many bits may give an incident its id; others are noise that changes from run to run.
ANCHOR_BITS: Final = 4.0
_ANCHORS: Final = 200
#: What lighter signals name is not what an incident shows.
_HEARD_BITS: Final = 1.0
#: Steps that tell each of their events.
_TOLD: Final = (SignalKind.MATCH, SignalKind.CONTEXT)
_RANK: Final = {name: rank for rank, name in enumerate(TACTICS)}


@dataclass(frozen=True, slots=True)
class Scope:
    """What the logs of a run cover; ``hosts``: folded short name → spelling."""

    host_days: int
    days: int
    hosts: Mapping[str, str]


def incidents(
    cells: Cells,
    rules: Sequence[RuleLike],
    traces: TraceStore,
    scope: Scope,
    context: Context | None = None,
    observations: Iterable[Observation] = (),
) -> tuple[Incident, ...]:
    """Return the incidents, best first: of matches, and of what was observed beside them."""
    given = parameters()
    again = Again(cells.matches, cells.grouper) if cells.matches and cells.grouper else None
    spoken = with_observations(Spoken(*cells.found(), cells.groups, rules), observations, given)
    give_back()
    material = signals(spoken, traces, Covered(scope.host_days, scope.days), given, again)
    if not len(material.acts):
        return ()
    found = covered(group(material.keys, material.links), material, traces, given)
    groups = _members(found, material)
    told = material.acts.exemplars.taken([number for members in groups for number in members])
    material = replace(material, shown=shown(traces, material.exemplars.rows, told.values))
    drafts = [
        draft
        for members in groups
        if (draft := _draft(members, found, material, scope, context)) is not None
    ]
    drafts.sort(key=lambda one: (scoring.gravity(one.severity, given), -one.score, one.id))
    quiet = surroundings.process_steps(
        [one.around for one in drafts], material, traces, scope.hosts
    )
    return tuple(
        _whole(draft, steps, rank, material, scope, context)
        for rank, (draft, steps) in enumerate(zip(drafts, quiet, strict=True), 1)
    )


def _members(found: Groups, material: Material) -> list[list[int]]:
    """Return the signals of each group that could be an incident, in order of time."""
    bits = np.bincount(found.group, material.bits, minlength=1)
    least = parameters().severity[-1][1]
    # A group whose signals together weigh less than half an incident is none, whatever multiplies it.
    numbers = np.flatnonzero(2 * bits[found.group] >= least)
    by_group: dict[int, list[int]] = defaultdict(list)
    for number, label in zip(numbers.tolist(), found.group[numbers].tolist(), strict=True):
        by_group[label].append(number)
    return list(by_group.values())


@dataclass(frozen=True, slots=True)
class _Draft:
    """An incident before its story is told."""

    id: str
    score: float
    severity: str
    members: list[int]
    told: list[Told]
    steps: list[Step]
    around: Around


def _draft(
    members: list[int], found: Groups, material: Material, scope: Scope, context: Context | None
) -> _Draft | None:
    given = parameters()
    told = [
        telling.signal_of(number, material, scope.host_days, dict(scope.hosts))
        for number in members
    ]
    by_technique: dict[str, list[float]] = defaultdict(list)
    for one in told:
        signal = one.signal
        by = signal.said[0].id if signal.said else ""
        by_technique[scoring.sort_of(signal.kind, one.technique, by)].append(signal.bits)
    reached = {one.tactic for one in told if one.tactic and one.signal.bits >= given.reached_bits}
    bits = scoring.score(by_technique, len(reached), _worth(told, context), given)
    if not scoring.severity(bits, given):
        return None
    kinds = found.kind[members].tolist()
    steps = [_step(one, kind) for one, kind in zip(told, kinds, strict=True)]
    asked = floors(advice.shown_by(steps, book()), given.floors)
    severity = scoring.severity(bits, given, _chain_levels(told), asked)
    anchor = next(
        (one for one in told if one.signal.bits >= ANCHOR_BITS),
        max(told, key=lambda one: one.signal.bits),
    )
    name = hashlib.blake2b(bytes.fromhex(anchor.fingerprint), digest_size=8).hexdigest()
    near = surroundings.around(members, material, given)
    return _Draft(name, bits, severity, members, told, steps, near)


def _chain_levels(told: Sequence[Told]) -> list[str]:
    found = (one.signal for one in told if one.signal.kind is SignalKind.CHAIN)
    return [signal.said[0].level for signal in found if signal.said]


def _worth(told: Sequence[Told], context: Context | None) -> int | None:
    if context is None:
        return None
    hosts = list({one.signal.host: None for one in told})
    assets = context.assets.lookup(hosts)
    return scoring.gravest(asset.criticality for asset in assets if asset is not None)


def _whole(
    draft: _Draft,
    quiet: Sequence[Step],
    rank: int,
    material: Material,
    scope: Scope,
    context: Context | None,
) -> Incident:
    told, steps = draft.told, draft.steps
    hops = surroundings.hops(draft.around, material, scope.hosts)
    hosts, accounts = _hosts(told), _accounts(told)
    story = _story(draft, [*steps, *quiet, *(_way(*hop) for hop in hops)], material, scope)
    shown = advice.shown_by(steps, book())
    known = _known(hosts, accounts, story, [hop for hop, _ in hops], scope)
    known = replace(known, reached=reached(story, known.hosts, material, scope.hosts, context))
    is_grave = draft.severity in {"critical", "high", "medium"}
    first, last = _span(told)
    return Incident(
        id=draft.id,
        rank=rank,
        score_bits=draft.score,
        severity=draft.severity,
        headline=advice.headline(shown, accounts, hosts, chain_of(told)),
        confidence=sureness(told, scoring.sure(draft.severity), scope.days),
        first_seen=first,
        last_seen=last,
        hosts=tuple(known.hosts),
        accounts=tuple(accounts),
        tactics=_tactics(told),
        techniques=_techniques(told),
        possible_techniques=_possible(told),
        steps=story,
        benign=innocent(steps, book()),
        response=advice.actions(shown, known, book(), is_grave=is_grave),
        collect=advice.collected(shown, known, book()),
        credentials_lost=advice.lost(shown, known, book()),
        hops=tuple(known.hops),
        reached=tuple(known.reached),
        signals=len(told),
        events=sum(one.signal.count for one in told),
        anchors=_anchors(told),
    )


def _known(
    hosts: Sequence[str],
    accounts: Sequence[str],
    story: Sequence[Step],
    hops: Sequence[Hop],
    scope: Scope,
) -> Known:
    """Return what advice rests on; hosts that sessions came from stand behind those of signals.

    Who sat there went on from there: to close the other hosts alone leaves the way in open.
    """
    logging = set(scope.hosts.values())
    origins = list(dict.fromkeys(hop.from_host for hop in hops))
    from_hosts = [name for name in origins if name in logging]
    outside = [name for name in origins if name not in logging]
    every = list(dict.fromkeys((*hosts, *from_hosts)))
    return Known(accounts, every, story, hops, outside)


def _story(
    draft: _Draft, steps: Sequence[Step], material: Material, scope: Scope
) -> tuple[Step, ...]:
    """Return the steps in order, with the events that observations cite and that no other step has."""
    known = {event for one in steps if one.kind in _TOLD for event in one.event_ids}
    cited = cited_steps(draft.members, material, scope.hosts, known)
    return tuple(sorted([*steps, *cited], key=_order))


def _span(told: Sequence[Told]) -> tuple[int | None, int | None]:
    firsts = (one.signal.first_seen for one in told)
    lasts = (one.signal.last_seen for one in told)
    return (
        min((time for time in firsts if time is not None), default=None),
        max((time for time in lasts if time is not None), default=None),
    )


def _tactics(told: Sequence[Told]) -> tuple[str, ...]:
    """Return what was reached, in the order in which intruders reach it."""
    reached = {one.tactic for one in told if one.tactic}
    return tuple(sorted(reached, key=lambda name: (_RANK.get(name, len(_RANK)), name)))


def _techniques(told: Sequence[Told]) -> tuple[str, ...]:
    """Return what rules, chains and breaks say was done."""
    heavy = (one for one in told if one.signal.bits >= _HEARD_BITS)
    return tuple(sorted({technique for one in heavy for technique in one.techniques}))


def _possible(told: Sequence[Told]) -> tuple[str, ...]:
    """Return what rules name beside what they say: one of these may have been done, too."""
    heavy = (one.signal for one in told if one.signal.bits >= _HEARD_BITS)
    named = {technique for signal in heavy for technique in signal.techniques}
    return tuple(sorted(named - set(_techniques(told))))


def _anchors(told: Sequence[Told]) -> tuple[str, ...]:
    """Return the fingerprints by which the incident is known again; there is always one."""
    found = tuple(one.fingerprint for one in told if one.signal.bits >= ANCHOR_BITS)
    return found[:_ANCHORS] or (told[0].fingerprint,)


def _step(one: Told, kind: int) -> Step:
    signal = one.signal
    return Step(
        time=signal.first_seen,
        host=signal.host,
        account=signal.account,
        tactic=one.tactic,
        technique=one.technique,
        text=signal.text,
        event_ids=signal.event_ids,
        kind=signal.kind,
        bits=signal.bits,
        count=signal.count,
        last_time=signal.last_seen,
        joined=telling.joined_by(kind, parameters()),
        said=signal.said,
        techniques=signal.techniques,
    )


def _way(hop: Hop, records: tuple[str, ...]) -> Step:
    return Step(
        time=hop.time,
        host=hop.to_host,
        account=hop.account,
        tactic="",
        technique="",
        text=f"{hop.account} came to {hop.to_host} from {hop.from_host} ({hop.how})",
        event_ids=records,
        kind=SignalKind.CONTEXT,
        from_host=hop.from_host,
        joined="a session of this incident began so",
    )


def _order(step: Step) -> tuple[bool, int, str, tuple[str, ...]]:
    # How many events a step cites has no say: of one event, a match comes before what rests on it.
    return step.time is None, step.time or 0, step.host, step.event_ids[:1]


def _hosts(told: Sequence[Told]) -> list[str]:
    """Return the hosts of signals, the one of which they say most first; then those that chains touch."""
    found = _by_bits((one.signal.host, one.signal.bits) for one in told)
    others = sorted({host for one in told for host in one.hosts if host})
    return list(dict.fromkeys((*found, *others)))


def _by_bits(weighed: Iterable[tuple[str, float]]) -> list[str]:
    weights: dict[str, float] = defaultdict(float)
    for name, bits in weighed:
        weights[name] += bits
    return sorted((name for name in weights if name), key=lambda one: (-weights[one], one))


def _accounts(told: Sequence[Told]) -> list[str]:
    """Return the accounts, people first; one account spelled with and without its domain stands once."""
    found = _by_bits((one.signal.account, one.signal.bits) for one in told)
    full = {name.rpartition("\\")[2].lower(): name for name in reversed(found) if "\\" in name}
    spelled = dict.fromkeys(full.get(name.lower(), name) for name in found)
    return sorted(spelled, key=telling.is_system)
