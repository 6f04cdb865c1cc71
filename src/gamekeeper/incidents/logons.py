"""Sessions as they began: who came to which host from where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.entities.addresses import is_of_one_machine
from gamekeeper.incidents.sessions import sessions
from gamekeeper.incidents.started import event_keys
from gamekeeper.model.folding import fold
from gamekeeper.model.traces import Role
from gamekeeper.questions.processes import fields
from gamekeeper.questions.processes.fields import Codes
from gamekeeper.questions.searches import in_order, packed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from gamekeeper.incidents.witnesses import Names
    from gamekeeper.model.traces import TraceStore
    from gamekeeper.questions.searches import Ints


@dataclass(frozen=True, slots=True)
class Logons:
    """Sessions as they began, one a row; -1 stands for what is not known.

    ``from_hosts`` are hosts that log, other than the session's own, and ``addresses`` are of others, too:
    who sits at the host itself comes from nowhere. ``kinds`` are codes into ``words``.
    """

    hosts: Ints
    accounts: Ints
    sessions: Ints
    addresses: Ints
    times: Ints
    kinds: Ints
    from_hosts: Ints
    sources: Ints
    offsets: Ints
    words: list[str]

    def __len__(self) -> int:
        return len(self.hosts)


_LOGON: Final = (
    "hosts",
    "accounts",
    "sessions",
    "addresses",
    "times",
    "kinds",
    "sources",
    "offsets",
    "named",
)
_LOGON_COLUMNS: Final = (
    "filetime",
    "source",
    "offset",
    "role",
    "host",
    "user",
    "logon_id",
    "source_ip",
    "logon_type",
    "source_host",
)


def logons(traces: TraceStore, names: Names) -> Logons:
    """Return all sessions that say who came from where, the source resolved to a host where it is one.

    A source is a host that logs by the workstation's name, or by its address where a machine account or a
    workstation's name came from that address and from no other host.
    """
    words, machines = Codes(), Codes()
    parts: dict[str, list[Ints]] = {name: [np.empty(0, np.int32)] for name in _LOGON}
    for batch in traces.batches(_LOGON_COLUMNS):
        rows = np.flatnonzero(batch.column("role").to_numpy() & int(Role.LOGON))
        for name, column in _logons(batch.take(pa.array(rows)), names, words, machines).items():
            parts[name].append(column)
    columns = {name: np.concatenate(parts.pop(name)) for name in _LOGON}
    times, records = columns["times"], event_keys(columns["sources"], columns["offsets"])
    order = in_order(np.where(times >= 0, times, np.iinfo(np.int64).max), records)
    columns = {name: columns.pop(name)[order] for name in _LOGON}
    return _resolved(columns, names, words.names(), machines.names())


def _logons(batch: pa.RecordBatch, names: Names, words: Codes, machines: Codes) -> dict[str, Ints]:
    return {
        "hosts": fields.hosts(batch.column("host"), names.hosts),
        "accounts": fields.folded(batch.column("user"), names.accounts),
        "sessions": sessions(batch.column("logon_id")),
        "addresses": fields.folded(batch.column("source_ip"), names.addresses),
        "times": fields.filetimes(batch.column("filetime")),
        "kinds": fields.named(batch.column("logon_type"), words),
        "sources": batch.column("source").to_numpy(),
        "offsets": batch.column("offset").to_numpy(),
        "named": fields.named(batch.column("source_host"), machines),
    }


def _resolved(
    columns: dict[str, Ints], names: Names, words: list[str], machines: list[str]
) -> Logons:
    """Return logons with the hosts that they came from, once all hosts that log are known."""
    hosts, addresses = columns["hosts"], columns["addresses"]
    called = _hosts_of((name.partition(".")[0] for name in machines), names)
    named = called[columns.pop("named")]
    # A remote desktop's logon names the computer that it came to as its workstation.
    named = np.where(named == hosts, -1, named)
    computers = _hosts_of(map(_computer, names.accounts.names()), names)[columns["accounts"]]
    by_machine = np.append(_by_address(addresses, computers), -1)[addresses]
    by_name = np.append(_by_address(addresses, named), -1)[addresses]
    sources = np.where(by_machine >= 0, by_machine, np.where(named >= 0, named, by_name))
    other = [*(is_of_one_machine(name) for name in names.addresses.names()), False]
    from_itself = (sources == hosts) | ~np.array(other, bool)[addresses]
    columns["addresses"] = np.where(from_itself, -1, addresses)
    sources = np.where(sources == hosts, -1, sources)
    return Logons(**columns, from_hosts=sources, words=words)


def _computer(user: str) -> str:
    """Return the computer that a machine account belongs to; nothing for others."""
    return user[:-1] if user.endswith("$") else ""


def _hosts_of(machines: Iterable[str], names: Names) -> NDArray[np.int32]:
    """Return the host that each machine is, -1 where it is none that logs; one more for what has no name."""
    known = names.hosts.known
    return np.array([*(known.get(fold(name) or "-", -1) for name in machines), -1], np.int32)


def _by_address(addresses: Ints, hosts: Ints) -> NDArray[np.int32]:
    """Return the host of each address that exactly one host was tied to; -1 for others."""
    found = np.full(int(addresses.max(initial=-1)) + 1, -1, np.int32)
    rows = np.flatnonzero((addresses >= 0) & (hosts >= 0))
    pairs = np.unique(packed(addresses[rows], hosts[rows]))
    single, first, count = np.unique(pairs >> 32, return_index=True, return_counts=True)
    found[single[count == 1]] = pairs[first[count == 1]] & 0xFFFFFFFF
    return found
