"""What a flood hides: of equal alerts by the thousand, those that hang together with something else.

The first few alerts of a day stand for a flood. Whoever begins one before the act that it repeats would hide
where that act was. So all alerts of floods are looked at once more: those in a tree of processes of which
other alerts speak are acts; failing that, those that an alert of another kind is about; failing that, those
in a session of which others speak. The flood counts with the tree that it meets first, and begins there; what
it meets in other trees are acts of their own, so that a flood ties no trees together. A flood that meets
nothing is known by the first alert of each of its hours, too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.incidents.cells import DAY, HOUR
from gamekeeper.incidents.exemplars import ExemplarRows, Exemplars, exemplars_of, joined_rows
from gamekeeper.incidents.flood_nodes import NO_ROWS, flood_nodes, made_by
from gamekeeper.incidents.keys import DEPTH
from gamekeeper.incidents.standing import standing
from gamekeeper.incidents.started import event_keys
from gamekeeper.incidents.witnesses import seen
from gamekeeper.questions.searches import packed, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.incidents.floods import Floods
    from gamekeeper.incidents.observed import Spoken
    from gamekeeper.incidents.poured import Again
    from gamekeeper.incidents.processes import Processes
    from gamekeeper.incidents.witnesses import Names, Seen
    from gamekeeper.model.traces import TraceStore
    from gamekeeper.questions.searches import Rows

#: Trees that one flood is told to meet.
MOST: Final = 56
#: Sessions below are those of Windows itself, which is everywhere.
_OWN_SESSIONS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Unhidden:
    """What stands for cells once floods were looked into; ``nodes`` are processes that floods started.

    ``floods`` count on the day on which they begin.
    """

    spoken: Spoken
    floods: Floods
    exemplars: Exemplars
    nodes: Rows


@dataclass(frozen=True, slots=True)
class Met:
    """Of the alerts of floods: those that are to stand for them, and those that are acts of their own.

    ``tied`` are those that hang together with something else: where there are any, none but these stand for
    their flood. ``anchors``: the alert with which such floods begin, by the cell that they count with.
    """

    chosen: Rows
    tied: Rows
    apart: Rows
    anchors: dict[int, int]


def unhidden(
    spoken: Spoken,
    floods: Floods,
    processes: Processes,
    traces: TraceStore,
    names: Names,
    again: Again | None,
) -> Unhidden:
    """Return what stands for cells, and leave what floods started out of the children of its parents."""
    flooded = np.flatnonzero(floods.is_flooded[: spoken.matched])
    if again is None or not len(flooded):
        exemplars = exemplars_of(spoken.events, processes)
        nodes = flood_nodes(made_by(exemplars, floods, spoken.cells, processes, traces), processes)
        processes.leave_out(nodes)
        return Unhidden(spoken, floods, exemplars, nodes)
    every = exemplars_of(again.of(spoken.cells, flooded, spoken.events.names), processes)
    made = made_by(every, floods, spoken.cells, processes, traces)
    nodes = flood_nodes(made, processes)
    processes.leave_out(nodes)
    met = _met(every, floods, _ties(spoken, floods, every, (processes, traces, names)))
    processes.take_in(nodes)
    kept = every.starts[np.concatenate([met.chosen, met.apart])] if met.anchors else NO_ROWS
    nodes = flood_nodes(made, processes, kept)
    processes.leave_out(nodes)
    spoken, apart = standing(spoken, every.rows, floods, met)
    floods = _begun(floods, every.rows, met)
    return Unhidden(spoken, floods, exemplars_of(spoken.events, processes, apart), nodes)


def _begun(floods: Floods, every: ExemplarRows, met: Met) -> Floods:
    """Return floods that count on the day on which they met something."""
    days = floods.days.copy()
    for stand, row in met.anchors.items():
        days[floods.stands == stand] = every.filetimes[row] // DAY
    return replace(floods, days=days)


def _ties(
    spoken: Spoken,
    floods: Floods,
    every: Exemplars,
    known: tuple[Processes, TraceStore, Names],
) -> tuple[Rows, Rows, Rows]:
    """Return of each alert of floods its tree, 0, and its session where others speak of it, else -1."""
    processes, traces, names = known
    others = _others(spoken, floods)
    of_flood = event_keys(every.rows.sources, every.rows.offsets)
    is_of_flood = within(event_keys(others.sources, others.offsets), np.unique(of_flood))
    cited = others.where(is_of_flood)
    events = np.unique(event_keys(cited.sources, cited.offsets))
    others = others.where(~is_of_flood)
    both = exemplars_of(joined_rows(others, every.rows), processes)
    traced = seen(traces, both.rows, names, processes.programs)
    nodes = both.nodes(processes.acting(traced.actors)[traced.rows])
    first = len(others)
    # What alerts of a flood started is a tree of their own, where what started them starts everything.
    is_start = both.starts >= 0
    is_start[first:] = False
    trees = processes.trees(nodes, is_start, DEPTH)
    return (
        _shared(trees, first),
        np.where(within(of_flood, events), 0, -1),
        _shared(_sessions(traced), first),
    )


def _others(spoken: Spoken, floods: Floods) -> ExemplarRows:
    """Return what stands for cells of no flood, on the hosts of floods, and what observations cite."""
    hosts = np.array([group.host for group in spoken.groups], object)[spoken.cells.groups]
    poured = set(hosts[: spoken.matched][floods.is_flooded[: spoken.matched]])
    is_other = np.array([host in poured for host in hosts], bool)
    is_other[spoken.matched :] = True
    return spoken.events.where((is_other & ~floods.is_flooded)[spoken.events.cells])


def _sessions(traced: Seen) -> Rows:
    """Return the session of each event as a number that means something beside others; -1 for none."""
    columns, rows = traced.columns, traced.rows
    own, hosts = columns.sessions[rows], columns.hosts[rows]
    sessions = np.where(own >= _OWN_SESSIONS, own, columns.subject_sessions[rows])
    is_one = (sessions >= _OWN_SESSIONS) & (hosts >= 0)
    return np.where(is_one, packed(np.maximum(hosts, 0), np.maximum(sessions, 0)), -1)


def _shared(keys: Rows, first: int) -> Rows:
    """Return the keys of the rows from ``first`` on that a row before it has, too."""
    others, own = keys[:first], keys[first:]
    found: Rows = np.where(within(own, np.unique(others[others >= 0])), own, -1)
    return found


def _met(every: Exemplars, floods: Floods, ties: Sequence[Rows]) -> Met:
    chosen, tied, apart = [NO_ROWS], [NO_ROWS], [NO_ROWS]
    anchors: dict[int, int] = {}
    stands = floods.stands[every.rows.cells]
    for stand in np.unique(stands).tolist():
        rows = np.flatnonzero(stands == stand)
        keys = next((tie[rows] for tie in ties if (tie[rows] >= 0).any()), None)
        if keys is None:
            hours = np.maximum(every.rows.filetimes[rows], 0) // HOUR
            chosen.append(rows[np.unique(hours, return_index=True)[1]])
            continue
        places = np.flatnonzero(keys >= 0)
        firsts = np.sort(places[np.unique(keys[places], return_index=True)[1]])[:MOST]
        chosen.append(rows[firsts])
        tied.append(rows[places])
        apart.append(rows[places[keys[places] != keys[firsts[0]]]])
        anchors[stand] = int(rows[firsts[0]])
    return Met(np.concatenate(chosen), np.concatenate(tied), np.concatenate(apart), anchors)
