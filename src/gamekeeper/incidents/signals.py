"""All signals of a run: acts with their weight, what is known of them, and the keys that link them."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.incidents import witnesses
from gamekeeper.incidents.acts import Act, Exemplars, acts, exemplars_of
from gamekeeper.incidents.dependence import (
    event_keys_of,
    observation_of,
    track_keys_of,
    without_echoes,
)
from gamekeeper.incidents.keys import DEPTH, Facts, Origins, keys_of
from gamekeeper.incidents.linking import joined
from gamekeeper.incidents.processes import Processes
from gamekeeper.incidents.routine import routine_nodes
from gamekeeper.incidents.weighing import Covered, Weight, together, weights
from gamekeeper.incidents.witnesses import Names
from gamekeeper.model.folding import fold
from gamekeeper.model.incidents import SignalKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from gamekeeper.incidents.cells import Cell
    from gamekeeper.incidents.grouping import Group
    from gamekeeper.incidents.linking import Keys
    from gamekeeper.incidents.observed import Spoken
    from gamekeeper.incidents.parameters import Parameters
    from gamekeeper.incidents.records import RuleLike
    from gamekeeper.incidents.witnesses import Columns, Logons
    from gamekeeper.model.traces import TraceStore
    from gamekeeper.questions.searches import Ints, Rows

#: Children of one process that start this close together were started by a script, not by a hand.
BURST: Final = 60 * 10_000_000
BURST_SIZE: Final = 20


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that incidents are made of, by number of signal, exemplar, trace or process."""

    acts: list[Act]
    bits: list[float]
    keys: Keys
    facts: Facts
    origins: Origins
    exemplars: Exemplars
    cells: Sequence[Cell]
    groups: Sequence[Group]
    rules: Sequence[RuleLike]
    weights: list[Weight]
    seen: pa.Table  # traces of exemplars, plain
    trace_of: Rows  # row there of each exemplar, -1 for none
    processes: Processes
    logons: Logons
    names: Names
    routine_nodes: Rows  # processes of routines of Windows
    sids: dict[str, str]  # SID → account, as events name both
    host_names: list[str]
    matched: frozenset[object]  # units of exemplars of which a rule spoke


def signals(spoken: Spoken, traces: TraceStore, covered: Covered, given: Parameters) -> Material:
    """Return the signals of all cells with their keys."""
    cells, groups, rules = spoken.cells, spoken.groups, spoken.rules
    names = Names.new()
    processes = Processes(traces, names.hosts, given)
    exemplars = exemplars_of(cells, processes)
    table, trace_of = witnesses.seen(traces, exemplars.rows)
    logons = witnesses.logons(traces, names)
    columns = witnesses.columns_of(table, names, processes.programs)
    nodes = _nodes(exemplars, columns, trace_of, processes)
    found = _acts(exemplars, nodes, processes)
    facts = _facts(found, exemplars, columns, trace_of, nodes)
    facts = _with_matches(facts, exemplars, cells, groups, names)
    keys, came = keys_of(facts, processes, logons, names, given)
    keys = joined(
        keys,
        event_keys_of(found, cells, exemplars, facts, given),
        track_keys_of(found, cells, facts, given),
    )
    weighed = weights(cells, groups, rules, covered, given)
    of_routines = routine_nodes(processes, traces)
    routine = np.flatnonzero(np.isin(facts.nodes, of_routines) & (facts.nodes >= 0))
    bits = _bits(found, cells, groups, weighed, given)
    bits, is_routine = _without(bits, facts, routine)
    keys = keys.where(~is_routine[keys.signals])
    alone = [_is_one_act(act, cells) for act in found]
    bits = _bursts(bits, facts, exemplars.starts, processes, alone)
    bits = without_echoes(bits, found, cells, exemplars, given)
    return Material(
        found,
        bits,
        keys,
        facts,
        came,
        exemplars,
        cells,
        groups,
        rules,
        weighed,
        table,
        trace_of,
        processes,
        logons,
        names,
        of_routines,
        witnesses.sids(table),
        names.hosts.names(),
        frozenset(exemplars.unit(row) for row in np.flatnonzero(~exemplars.observed).tolist()),
    )


def _nodes(exemplars: Exemplars, columns: Columns, trace_of: Rows, processes: Processes) -> Rows:
    """Return the process of each exemplar: the one that it is the start of, else the one that did it."""
    acting = np.append(processes.acting(columns.actors), -1)
    nodes: Rows = np.where(exemplars.starts >= 0, exemplars.starts, acting[trace_of])
    return nodes


def _acts(exemplars: Exemplars, nodes: Rows, processes: Processes) -> list[Act]:
    trees = processes.trees(nodes, exemplars.starts >= 0, DEPTH)
    programs = np.append(processes.starts.images, -1)[exemplars.starts]
    return acts(exemplars, trees, programs)


def _facts(
    found: Sequence[Act],
    exemplars: Exemplars,
    columns: Columns,
    trace_of: Rows,
    nodes: Rows,
) -> Facts:
    """Return what is known of each exemplar, in their order."""
    signal_of = np.full(len(exemplars.rows), -1, np.int64)
    for number, act in enumerate(found):
        signal_of[list(act.exemplars)] = number

    def at(column: Ints) -> Rows:
        answer: Rows = np.append(column.astype(np.int64), -1)[trace_of]
        return answer

    times = np.array(
        [-1 if one.filetime is None else one.filetime for one in exemplars.rows], np.int64
    )
    return Facts(
        signal_of,
        at(columns.hosts),
        at(columns.accounts),
        at(columns.sessions),
        at(columns.subject_sessions),
        at(columns.source_ips),
        at(columns.destination_ips),
        times,
        nodes,
        [one.tokens for one in exemplars.rows],
    )


def _with_matches(
    facts: Facts,
    exemplars: Exemplars,
    cells: Sequence[Cell],
    groups: Sequence[Group],
    names: Names,
) -> Facts:
    """Fill hosts and accounts of events that were not traced from the match itself."""
    hosts, accounts = facts.hosts.copy(), facts.accounts.copy()
    for row in np.flatnonzero((hosts < 0) | (accounts < 0)).tolist():
        group = groups[cells[int(exemplars.cells[row])].group]
        if hosts[row] < 0:
            hosts[row] = names.hosts.of(fold(group.host).partition(".")[0])
        if accounts[row] < 0:
            name = fold(group.account.rpartition("\\")[2])
            accounts[row] = -1 if name.startswith("s-1-") else names.accounts.of(name)
    return Facts(
        facts.signals,
        hosts,
        accounts,
        facts.sessions,
        facts.subject_sessions,
        facts.source_ips,
        facts.destination_ips,
        facts.times,
        facts.nodes,
        facts.tokens,
    )


def _bits(
    found: Sequence[Act],
    cells: Sequence[Cell],
    groups: Sequence[Group],
    weighed: Sequence[Weight],
    parameters: Parameters,
) -> list[float]:
    """Return the bits of each act: one rule counts once, whichever log it saw the act in."""
    bits = []
    for act in found:
        best: dict[int, float] = {}
        for cell in act.cells:
            rule = groups[cells[cell].group].rule
            best[rule] = max(best.get(rule, 0.0), weighed[cell].bits)
        bits.append(together(best.values(), parameters))
    return bits


def _without(
    bits: list[float], facts: Facts, routine: Rows
) -> tuple[list[float], NDArray[np.bool_]]:
    """Return bits in which signals that a routine made altogether weigh nothing, and which those are."""
    signal = facts.signals
    inside = np.zeros(len(signal), bool)
    inside[routine] = True
    other = np.zeros(len(bits), bool)
    other[signal[~inside]] = True
    return [value if other[number] else 0.0 for number, value in enumerate(bits)], ~other


def _is_one_act(act: Act, cells: Sequence[Cell]) -> bool:
    """Say whether an act is none of the many that a script does: chains and breaks look at several events."""
    one = observation_of(act, cells)
    return one is not None and one.kind is not SignalKind.ANOMALY


def _bursts(
    bits: list[float],
    facts: Facts,
    starts: Rows,
    processes: Processes,
    alone: Sequence[bool],
) -> list[float]:
    """Return bits in which what one script did within a minute counts as the one act that it is.

    A hand starts a few programs a minute; a script starts dozens, or drops a hundred files. Of the signals
    of such a burst, the heaviest keeps its weight and the others share as much again.
    """
    rows = np.flatnonzero(facts.nodes >= 0)
    nodes = facts.nodes[rows]
    parents = processes.parents[nodes]
    weights = list(bits)
    by_burst: dict[tuple[int, int], set[int]] = {}
    is_start = np.isin(rows, np.flatnonzero(starts >= 0))
    doers = np.where(is_start, parents, nodes)
    for row, doer in zip(rows[doers >= 0].tolist(), doers[doers >= 0].tolist(), strict=True):
        key = (doer, int(facts.times[row]) // BURST)
        if not alone[facts.signals[row]]:
            by_burst.setdefault(key, set()).add(int(facts.signals[row]))
    for (doer, _), members in by_burst.items():
        if len(members) < 2 or max(len(members), int(processes.children[doer])) < BURST_SIZE:
            continue
        best = max(members, key=lambda number: (bits[number], -number))
        share = bits[best] / (len(members) - 1)
        for number in members - {best}:
            weights[number] = min(weights[number], share)
    return weights


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
