"""All signals of a run: acts with their weight, what is known of them, and the keys that link them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from math import log2
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.engine.pages import give_back
from gamekeeper.incidents.acts import Acts, acts
from gamekeeper.incidents.dependence import (
    event_keys_of,
    of_kind,
    track_keys_of,
    without_echoes,
)
from gamekeeper.incidents.floods import Floods, floods
from gamekeeper.incidents.hidden import unhidden
from gamekeeper.incidents.keys import DEPTH, Facts, Origins, keys_of, origins
from gamekeeper.incidents.linking import Links, joined, useful
from gamekeeper.incidents.lists import firsts_of
from gamekeeper.incidents.logons import logons
from gamekeeper.incidents.processes import Processes
from gamekeeper.incidents.routine import routine_nodes
from gamekeeper.incidents.shown import NOTHING_SHOWN, Shown
from gamekeeper.incidents.weighing import Covered, Weight, Weights, together, weights
from gamekeeper.incidents.witnesses import Names, seen
from gamekeeper.model.folding import fold
from gamekeeper.model.incidents import SignalKind
from gamekeeper.questions.searches import coded, packed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gamekeeper.incidents.exemplars import Exemplars
    from gamekeeper.incidents.linking import Keys
    from gamekeeper.incidents.logons import Logons
    from gamekeeper.incidents.observed import Spoken
    from gamekeeper.incidents.parameters import Parameters
    from gamekeeper.incidents.poured import Again
    from gamekeeper.incidents.witnesses import Columns
    from gamekeeper.model.observations import Observation
    from gamekeeper.model.traces import TraceStore
    from gamekeeper.questions.searches import Ints, Rows

#: Children of one process that start this close together were started by a script, not by a hand.
BURST: Final = 60 * 10_000_000
BURST_SIZE: Final = 20
#: Chains that ordinary work does not show tie signals over days; others are no acts by themselves.
_GRAVE_CHAINS: Final = ("critical", "high")


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that incidents are made of, by number of signal, exemplar or process."""

    spoken: Spoken
    acts: Acts
    bits: NDArray[np.float64]
    links: Links
    keys: Keys  # those that may tie something
    facts: Facts
    origins: Origins
    exemplars: Exemplars
    weights: Weights
    processes: Processes
    logons: Logons
    names: Names
    routine_nodes: Rows  # processes of routines of Windows
    sids: dict[str, str]  # SID → account, as events name both
    host_names: list[str]
    floods: Floods
    flood_nodes: (
        Rows  # processes that floods started, and what those started, but for the first of each
    )
    shown: Shown = NOTHING_SHOWN  # texts of those that are told

    def observation(self, number: int) -> Observation | None:
        """Return the observation that a signal is, None for matches."""
        at = int(self.acts.observations[number])
        return self.spoken.observations[at] if at >= 0 else None


def signals(
    spoken: Spoken,
    traces: TraceStore,
    covered: Covered,
    given: Parameters,
    again: Again | None = None,
) -> Material:
    """Return the signals of all cells with their keys; ``again``: matches, to look into floods."""
    names = Names.new()
    processes = Processes(traces, names.hosts, given)
    pouring = floods(spoken.cells, given)
    stood_for = unhidden(spoken, pouring, processes, traces, names, again)
    spoken, pouring = stood_for.spoken, stood_for.floods
    exemplars, poured = stood_for.exemplars, stood_for.nodes
    del stood_for
    sessions = logons(traces, names)
    give_back()
    found, facts, sids = _looked_at(spoken, pouring, traces, exemplars, processes, names)
    give_back()
    came = origins(facts, sessions)
    weighed = weights(spoken, pouring, covered, given)
    of_routines = routine_nodes(processes, traces)
    is_routine = _routines(facts, of_routines, len(found))
    bits = together(found.cells, _rules(spoken), weighed.bits, given)
    bits = np.where(is_routine, 0.0, bits)
    bits = _bursts(bits, facts, exemplars.starts, processes, _alone(found, spoken))
    bits = without_echoes(bits, found, spoken.observations, exemplars.units, given)
    links = Links.of(given, bits, _are_acts(found, spoken), is_routine)
    keys = chain(
        keys_of(facts, came, processes, sessions, names, given),
        [
            [event_keys_of(found, spoken.observations, exemplars.units, facts, given)],
            [track_keys_of(found, spoken.observations, facts, given)],
        ],
    )
    tying = joined(*(useful(parts, links) for parts in keys))
    give_back()
    return Material(
        spoken, found, bits, links, tying, facts, came, exemplars, weighed, processes, sessions, names,
        of_routines, sids, names.hosts.names(), pouring, poured,
    )  # fmt: skip


def _looked_at(
    spoken: Spoken,
    pouring: Floods,
    traces: TraceStore,
    exemplars: Exemplars,
    processes: Processes,
    names: Names,
) -> tuple[Acts, Facts, dict[str, str]]:
    """Return acts, what is known of their events, and accounts by SID."""
    traced = seen(traces, exemplars.rows, names, processes.programs)
    nodes = exemplars.nodes(processes.acting(traced.actors)[traced.rows])
    columns, rows, sids = traced.columns, traced.rows, traced.sids
    del traced  # who acted: forty bytes an event
    give_back()
    facts = _facts(exemplars, columns, rows, nodes)
    del columns, rows
    give_back()
    trees = processes.trees(facts.nodes, exemplars.starts >= 0, DEPTH)
    programs = np.append(processes.starts.images, -1)[exemplars.starts]
    found = acts(exemplars, trees, programs, pouring, spoken.matched)
    facts.signals[found.exemplars.values] = found.exemplars.owners()
    return found, _with_matches(facts, exemplars, spoken, names), sids


def _facts(exemplars: Exemplars, columns: Columns, rows: Ints, nodes: Ints) -> Facts:
    """Return what is known of each exemplar, in their order, but for the signals that they stand for."""
    return Facts(
        np.full(len(exemplars), -1, np.int32),
        columns.hosts[rows],
        columns.accounts[rows],
        columns.sessions[rows],
        columns.subject_sessions[rows],
        columns.source_ips[rows],
        columns.destination_ips[rows],
        exemplars.rows.filetimes,
        nodes,
        exemplars.rows.tokens,
        exemplars.rows.names,
    )


def _with_matches(facts: Facts, exemplars: Exemplars, spoken: Spoken, names: Names) -> Facts:
    """Fill hosts and accounts of events that were not traced from the match itself."""
    hosts, accounts = facts.hosts.copy(), facts.accounts.copy()
    unknown = np.flatnonzero((hosts < 0) | (accounts < 0))
    groups, first, place = np.unique(
        spoken.cells.groups[exemplars.rows.cells[unknown]], return_index=True, return_inverse=True
    )
    host_of, account_of = np.full((2, len(groups)), -1, np.int32)
    for at in np.argsort(first).tolist():
        group = spoken.groups[groups[at]]
        host_of[at] = names.hosts.of(fold(group.host).partition(".")[0])
        name = fold(group.account.rpartition("\\")[2])
        account_of[at] = -1 if name.startswith("s-1-") else names.accounts.of(name)
    hosts[unknown] = np.where(hosts[unknown] < 0, host_of[place], hosts[unknown])
    accounts[unknown] = np.where(accounts[unknown] < 0, account_of[place], accounts[unknown])
    return replace(facts, hosts=hosts, accounts=accounts)


def _rules(spoken: Spoken) -> Rows:
    """Return the rule of each cell."""
    rules = np.array([group.rule for group in spoken.groups], np.int64)
    return rules[spoken.cells.groups]


def _routines(facts: Facts, of_routines: Rows, count: int) -> NDArray[np.bool_]:
    """Say which signals a routine made altogether."""
    inside = np.isin(facts.nodes, of_routines) & (facts.nodes >= 0)
    is_routine = np.ones(count, bool)
    is_routine[facts.signals[~inside]] = False
    return is_routine


def _alone(found: Acts, spoken: Spoken) -> NDArray[np.bool_]:
    """Say which signals are none of the many that a script does: chains and breaks look at several events."""
    is_anomaly = of_kind(found, spoken.observations, SignalKind.ANOMALY)
    answer: NDArray[np.bool_] = (found.observations >= 0) & ~is_anomaly
    return answer


def _are_acts(found: Acts, spoken: Spoken) -> NDArray[np.bool_]:
    """Say which signals are more than something new, or than a sequence that ordinary work shows, too."""
    is_act = np.array(
        [
            *(
                one.kind is SignalKind.BREAK
                or (one.kind is SignalKind.CHAIN and one.level in _GRAVE_CHAINS)
                for one in spoken.observations
            ),
            True,  # matches point there
        ]
    )
    answer: NDArray[np.bool_] = is_act[found.observations]
    return answer


def _bursts(
    bits: NDArray[np.float64],
    facts: Facts,
    starts: Ints,
    processes: Processes,
    alone: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Return bits in which what one script did within a minute counts as the one act that it is.

    A hand starts a few programs a minute; a script starts dozens, or drops a hundred files. Of the signals
    of such a burst, the heaviest keeps its weight and the others share as much again.
    """
    nodes = facts.nodes
    doers = np.where(starts >= 0, np.append(processes.parents, -1)[nodes], nodes)
    rows = np.flatnonzero((nodes >= 0) & (doers >= 0) & ~alone[facts.signals])
    if not len(rows):
        return bits
    bursts = coded(doers[rows], facts.times[rows] // BURST)
    doer = np.empty(int(bursts.max()) + 1, np.int64)
    doer[bursts] = doers[rows]
    pairs = np.unique(packed(bursts, facts.signals[rows]))
    burst, members = pairs >> 32, pairs & 0xFFFFFFFF
    size = np.bincount(burst, minlength=len(doer))
    is_burst = (size >= 2) & (np.maximum(size, processes.children[doer]) >= BURST_SIZE)
    burst, members = burst[is_burst[burst]], members[is_burst[burst]]
    order = np.lexsort((members, -bits[members], burst))
    burst, members = burst[order], members[order]
    best = firsts_of(burst)
    share = bits[members[best]] / (size[burst[best]] - 1)
    lighter = bits.copy()
    of_burst = np.cumsum(best) - 1
    np.minimum.at(lighter, members[~best], share[of_burst[~best]])
    return lighter


def because(weight: Weight, host_days: int) -> str:
    """Return in words how common a match's like is.

    >>> from gamekeeper.incidents.weighing import Seen
    >>> because(Weight(4.0, Seen(1, 1), Seen(3, 5)), 24)
    'its shape was seen on 1 of 24 host-days, its rule on 3'
    """
    return (
        f"its shape was seen on {weight.shape.host_days} of {max(host_days, weight.rule.host_days)} "
        f"host-days, its rule on {weight.rule.host_days}"
    )


def surprise(seen: int, host_days: int) -> float:
    """Return -log2 of the smoothed share of host-days that show something."""
    return -log2((seen + 0.5) / (max(seen, host_days) + 1.0))
