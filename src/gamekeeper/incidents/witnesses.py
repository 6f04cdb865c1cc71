"""What was traced of the events that stand for cells: columns to link by, texts to show.

An exemplar's trace is found by its event id. Matches of correlations and of scripts put together of parts
may point at events without a trace; they have the host and the account of the match and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.entities.addresses import is_of_one_machine
from gamekeeper.incidents.processes import Actors
from gamekeeper.incidents.started import event_keys, numbers
from gamekeeper.model.folding import fold
from gamekeeper.model.traces import TRACE_SCHEMA, Role
from gamekeeper.questions.processes import fields
from gamekeeper.questions.processes.fields import Codes
from gamekeeper.questions.searches import first_equal, in_order, packed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from gamekeeper.incidents.cells import Exemplar
    from gamekeeper.model.traces import TraceStore
    from gamekeeper.questions.searches import Ints, Rows

_PLAIN: Final = pa.schema(
    [
        pa.field(field.name, pa.utf8() if pa.types.is_dictionary(field.type) else field.type)
        for field in TRACE_SCHEMA
    ]
)


@dataclass(frozen=True, slots=True)
class Names:
    """Codes that all columns of one run share. Accounts and logon ids are folded."""

    hosts: Codes
    accounts: Codes
    sessions: Codes
    addresses: Codes

    @classmethod
    def new(cls) -> Names:
        """Return codes without a name."""
        return cls(Codes(), Codes(), Codes(), Codes())


def seen(traces: TraceStore, exemplars: Sequence[Exemplar]) -> tuple[pa.Table, Rows]:
    """Return the traces of some events as plain texts, and the row of each event there, -1 for none."""
    asked = event_keys(
        np.array([one.source for one in exemplars], np.int64),
        np.array([one.offset for one in exemplars], np.int64),
    )
    wanted = np.unique(asked)
    parts = [
        pa.table(batch.take(pa.array(_among(_keys(batch), wanted)))).cast(_PLAIN)
        for batch in traces.batches()
    ]
    table = pa.concat_tables(parts) if parts else _PLAIN.empty_table()
    table = table.combine_chunks()
    return table, first_equal(_keys(table), asked)


def ends(traces: TraceStore, names: Names) -> dict[tuple[int, int], int]:
    """Return when each source last told of each host, by codes of hosts and numbers of sources."""
    found: dict[tuple[int, int], int] = {}
    for batch in traces.batches(("host", "source", "filetime")):
        hosts = fields.hosts(batch.column("host"), names.hosts)
        pairs = pa.array(packed(hosts, batch.column("source").to_numpy())).dictionary_encode()
        lasts = np.full(len(pairs.dictionary), -1, np.int64)
        times = fields.filetimes(batch.column("filetime"))
        np.maximum.at(lasts, pairs.indices.to_numpy(), times)
        for key, last in zip(pairs.dictionary.to_pylist(), lasts.tolist(), strict=True):
            pair = key >> 32, key & 0xFFFFFFFF
            found[pair] = max(last, found.get(pair, -1))
    return found


def sids(table: pa.Table) -> dict[str, str]:
    r"""Return the account of each SID that some event names beside it, as ``DOMAIN\name``."""
    pairs = table.select(["user_id", "domain", "user"]).drop_null()
    rows = pairs.group_by(["user_id", "domain", "user"]).aggregate([]).to_pylist()
    found: dict[str, str] = {}
    for row in sorted(rows, key=lambda one: (one["user_id"], one["domain"], one["user"])):
        found.setdefault(row["user_id"].upper(), f"{row['domain']}\\{row['user']}")
    return found


def _among(keys: Rows, wanted: Rows) -> Rows:
    """Return the rows whose key is one of those that are wanted, which are in order."""
    if not len(wanted):
        return np.empty(0, np.int64)
    # Sorting all that is wanted anew for each batch is what a set operation would do.
    at = np.minimum(np.searchsorted(wanted, keys), len(wanted) - 1)
    return np.flatnonzero(wanted[at] == keys)


def _keys(batch: pa.RecordBatch | pa.Table) -> Rows:
    return event_keys(
        batch.column("source").to_numpy(),
        batch.column("offset").to_numpy(),
    )


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of traces as codes into :class:`Names`; -1 where an event says nothing."""

    hosts: Ints
    accounts: Ints
    sessions: Ints
    subject_sessions: Ints
    source_ips: Ints
    destination_ips: Ints
    times: Ints
    actors: Actors


def columns_of(table: pa.Table, names: Names, programs: Codes) -> Columns:
    """Return the columns of some traces."""
    hosts = fields.hosts(_coded(table, "host"), names.hosts)
    times = fields.filetimes(_whole(table, "filetime"))
    return Columns(
        hosts=hosts,
        accounts=fields.folded(_coded(table, "user"), names.accounts),
        sessions=fields.folded(_coded(table, "logon_id"), names.sessions),
        subject_sessions=fields.folded(_coded(table, "subject_logon_id"), names.sessions),
        source_ips=fields.folded(_coded(table, "source_ip"), names.addresses),
        destination_ips=fields.folded(_coded(table, "destination_ip"), names.addresses),
        times=times,
        actors=Actors(
            hosts,
            fields.guids(_coded(table, "guid")),
            numbers(_whole(table, "pid")),
            times,
            fields.programs(_coded(table, "image"), programs),
        ),
    )


def _whole(table: pa.Table, name: str) -> pa.Array:
    return table.column(name).combine_chunks()


def _coded(table: pa.Table, name: str) -> pa.DictionaryArray:
    return _whole(table, name).dictionary_encode()


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
        "sessions": fields.folded(batch.column("logon_id"), names.sessions),
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
