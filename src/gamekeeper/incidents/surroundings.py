"""What no rule spoke of and yet belongs to a story: what its processes started, where sessions began."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.incidents.started import event_keys
from gamekeeper.incidents.telling import is_system
from gamekeeper.model.incidents import Hop, SignalKind, Step
from gamekeeper.model.traces import Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gamekeeper.incidents.parameters import Parameters
    from gamekeeper.incidents.signals import Material
    from gamekeeper.model.traces import TraceStore
    from gamekeeper.questions.searches import Rows

#: Processes that are added to one story, and how far above a signal the line is followed.
PROCESSES: Final = 200
_DEPTH: Final = 6
#: What is told of a process.
_SAID: Final = ("parent_image", "command_line", "image", "domain", "user")
#: Records that a way between hosts names.
_RECORDS: Final = 32
_SPOKEN: Final = {
    "RemoteInteractive": "Remote Desktop",
    "CachedRemoteInteractive": "Remote Desktop",
    "Network": "network logon",
    "NetworkCleartext": "network logon",
    "NewCredentials": "other credentials",
    "Interactive": "logon at the console",
    "CachedInteractive": "logon at the console",
    "Unlock": "unlocking",
}


@dataclass(frozen=True, slots=True)
class Around:
    """What surrounds the signals of one incident."""

    nodes: Rows  # processes
    logons: Rows  # rows of logons


def around(members: Sequence[int], material: Material, parameters: Parameters) -> Around:
    """Return the processes of an incident's trees that are no signals, and the logons of its sessions.

    Those above a signal belong to it, and what was started by a process that a rule spoke of or by a shell
    above one. What a browser started beside a download does not, nor what a flood of alerts started.
    """
    numbers = np.array(members, np.int64)
    heavy = numbers[material.bits[numbers] >= parameters.bridge_bits]
    events, inside = (material.acts.exemplars.taken(some).values for some in (numbers, heavy))
    processes = material.processes
    nodes = np.unique(material.facts.nodes[inside])
    nodes = nodes[nodes >= 0]
    line = [keys for _, keys in processes.lines(nodes, _DEPTH)]
    above = np.unique(np.concatenate([nodes, *line]))
    above = above[above < len(processes)]
    told = np.unique(material.exemplars.starts[inside])
    programs = [name in parameters.shells for name in processes.programs.names()]
    is_shell = np.array([*programs, False], bool)[processes.starts.images[above]]
    below = processes.below(above[is_shell | np.isin(above, told)], len(processes))
    own = np.union1d(above, below)
    apart = np.isin(own, material.routine_nodes) | np.isin(own, material.flood_nodes)
    every = np.unique(material.exemplars.starts[events])
    quiet = own[~np.isin(own, every) & ~apart & ~processes.is_stop[own]]
    rows = material.origins.rows[inside]
    return Around(quiet[:PROCESSES], np.unique(rows[rows >= 0]))


def process_steps(
    found: Sequence[Around],
    material: Material,
    traces: TraceStore,
    spelling: Mapping[str, str],
) -> list[list[Step]]:
    """Return the steps of each incident's silent processes; the traces are read once for all."""
    processes = material.processes
    nodes = np.unique(np.concatenate([np.empty(0, np.int64), *(one.nodes for one in found)]))
    texts = _texts(traces, processes.main(nodes))
    steps = {}
    names = material.host_names
    for node, said in zip(nodes.tolist(), texts, strict=True):
        host = names[processes.starts.hosts[node]]
        steps[node] = Step(
            time=int(processes.starts.times[node]),
            host=spelling.get(host, host),
            account=said[1],
            tactic="",
            technique="",
            text=said[0],
            event_ids=tuple(processes.records(np.array([node]))),
            kind=SignalKind.CONTEXT,
            joined="started by a process of this incident, or above one",
        )
    return [[steps[node] for node in one.nodes.tolist()] for one in found]


def _texts(traces: TraceStore, keys: Rows) -> list[tuple[str, str]]:
    """Return what started which program, and the account, for each start asked for."""
    found = [("a process started", "")] * len(keys)
    wanted = np.unique(keys)
    places: dict[int, list[int]] = {}
    for place, key in enumerate(keys.tolist()):
        places.setdefault(key, []).append(place)
    for batch in traces.batches(("source", "offset", "role", *_SAID)) if len(wanted) else ():
        own = event_keys(batch.column("source").to_numpy(), batch.column("offset").to_numpy())
        is_wanted = wanted[np.minimum(np.searchsorted(wanted, own), len(wanted) - 1)] == own
        rows = np.flatnonzero(
            is_wanted & ((batch.column("role").to_numpy() & int(Role.START)) != 0)
        )
        taken = batch.select(_SAID).take(pa.array(rows)).to_pylist()
        for at, row in zip(own[rows].tolist(), taken, strict=True):
            for place in places[at]:
                found[place] = _said(row)
    return found


def _said(row: dict[str, str | None]) -> tuple[str, str]:
    parent = (row["parent_image"] or "").rpartition("\\")[2]
    line = row["command_line"] or row["image"] or "a process"
    account = (
        f"{row['domain']}\\{row['user']}" if row["domain"] and row["user"] else row["user"] or ""
    )
    return (f"{parent} started {line}" if parent else f"started {line}"), account


def spoken_kind(row: int, material: Material) -> str:
    """Return how somebody logged on, in words."""
    logons = material.logons
    word = logons.words[logons.kinds[row]] if logons.kinds[row] >= 0 else ""
    return _SPOKEN.get(word, word)


def hops(
    one: Around, material: Material, spelling: Mapping[str, str]
) -> list[tuple[Hop, tuple[str, ...]]]:
    """Return the ways from host to host, or from outside, that sessions of an incident show, by time.

    Each with the records that show it. Of equal ways within one day the first is told.
    """
    logons, names = material.logons, material.names
    hosts, accounts = names.hosts.names(), names.accounts.names()
    addresses = names.addresses.names()
    found: dict[tuple[str, str, str, str, int], tuple[Hop, list[str]]] = {}
    for row in one.logons[np.argsort(logons.times[one.logons], kind="stable")].tolist():
        account = accounts[logons.accounts[row]] if logons.accounts[row] >= 0 else ""
        origin = logons.from_hosts[row]
        if origin >= 0:
            source = hosts[origin]
        elif logons.addresses[row] >= 0:
            source = addresses[logons.addresses[row]]
        else:
            continue
        if is_system(account) or source in {"127.0.0.1", "::1"}:
            continue
        how = spoken_kind(row, material)
        target = hosts[logons.hosts[row]]
        time = int(logons.times[row])
        hop = Hop(
            time if time >= 0 else None,
            spelling.get(source, source),
            spelling.get(target, target),
            account,
            how,
        )
        key = (hop.from_host, hop.to_host, account, how, time // 864_000_000_000)
        records = found.setdefault(key, (hop, []))[1]
        records.append(f"{logons.sources[row]}:{logons.offsets[row]}")
    return [(hop, tuple(records[:_RECORDS])) for hop, records in found.values()]
