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
from gamekeeper.incidents.processes import Actors, event_keys, numbers
from gamekeeper.model.folding import fold
from gamekeeper.model.traces import TRACE_SCHEMA, Role
from gamekeeper.questions.processes import fields
from gamekeeper.questions.processes.fields import Codes
from gamekeeper.questions.searches import first_equal, packed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gamekeeper.incidents.exemplars import ExemplarRows
    from gamekeeper.model.traces import TraceStore
    from gamekeeper.questions.searches import Ints, Rows

_PLAIN: Final = pa.schema(
    [
        pa.field(field.name, pa.utf8() if pa.types.is_dictionary(field.type) else field.type)
        for field in TRACE_SCHEMA
    ]
)
_ACCOUNT: Final = ["user_id", "domain", "user"]


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


def ends(traces: TraceStore, names: Names) -> dict[tuple[int, int], int]:
    """Return when each source last told of each host, by codes of hosts and numbers of sources."""
    found: dict[tuple[int, int], int] = {}
    for batch in traces.batches():
        hosts = fields.hosts(batch.column("host"), names.hosts)
        rows = np.flatnonzero(hosts >= 0)
        keys, place = np.unique(
            packed(hosts[rows], batch.column("source").to_numpy()[rows]), return_inverse=True
        )
        lasts = np.full(len(keys), -1, np.int64)
        np.maximum.at(lasts, place, fields.filetimes(batch.column("filetime"))[rows])
        for key, last in zip(keys.tolist(), lasts.tolist(), strict=True):
            pair = key >> 32, key & 0xFFFFFFFF
            found[pair] = max(last, found.get(pair, -1))
    return found


def _named(batch: pa.RecordBatch) -> set[tuple[str, str, str]]:
    """Return SIDs with domains and names of accounts, as some events have them together."""
    texts = {name: batch.column(name).cast(pa.utf8()) for name in _ACCOUNT}
    found = pa.table(texts).drop_null().group_by(_ACCOUNT).aggregate([]).to_pylist()
    return {tuple(row[name] for name in _ACCOUNT) for row in found}


def _sids(named: set[tuple[str, str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for sid, domain, user in sorted(named):
        found.setdefault(sid.upper(), f"{domain}\\{user}")
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
    actors: Actors


def _columns_of(batch: pa.RecordBatch, names: Names, programs: Codes) -> Columns:
    hosts = fields.hosts(_coded(batch, "host"), names.hosts)
    times = fields.filetimes(batch.column("filetime"))
    return Columns(
        hosts=hosts,
        accounts=fields.folded(_coded(batch, "user"), names.accounts),
        sessions=fields.folded(_coded(batch, "logon_id"), names.sessions),
        subject_sessions=fields.folded(_coded(batch, "subject_logon_id"), names.sessions),
        source_ips=fields.folded(_coded(batch, "source_ip"), names.addresses),
        destination_ips=fields.folded(_coded(batch, "destination_ip"), names.addresses),
        actors=Actors(
            hosts,
            fields.guids(_coded(batch, "guid")),
            numbers(batch.column("pid")),
            times,
            fields.programs(_coded(batch, "image"), programs),
        ),
    )


def _coded(batch: pa.RecordBatch, name: str) -> pa.DictionaryArray:
    """Return a column with a dictionary of what these rows say: a batch's own may be of millions of rows."""
    return batch.column(name).cast(pa.utf8()).dictionary_encode()


def _nothing(names: Names, programs: Codes) -> Columns:
    return _columns_of(pa.RecordBatch.from_pylist([], TRACE_SCHEMA), names, programs)


def _joined(parts: Sequence[Columns]) -> Columns:
    def column(name: str) -> Ints:
        joined: Ints = np.concatenate([getattr(part, name) for part in parts])
        return joined

    hosts, actors = column("hosts"), [part.actors for part in parts]
    return Columns(
        hosts=hosts,
        accounts=column("accounts"),
        sessions=column("sessions"),
        subject_sessions=column("subject_sessions"),
        source_ips=column("source_ips"),
        destination_ips=column("destination_ips"),
        actors=Actors(
            hosts,
            np.concatenate([one.guids for one in actors]),
            np.concatenate([one.pids for one in actors]),
            np.concatenate([one.times for one in actors]),
            np.concatenate([one.images for one in actors]),
        ),
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """Traces of exemplars as columns to link by.

    ``rows``: the row of each exemplar there, -1 for none; ``sids``: the account of each SID that some event
    names beside it, as ``DOMAIN\\name``.
    """

    columns: Columns
    rows: Rows
    sids: dict[str, str]


def seen(traces: TraceStore, exemplars: ExemplarRows, names: Names, programs: Codes) -> Seen:
    """Return what was traced of some events."""
    asked = event_keys(exemplars.sources, exemplars.offsets)
    wanted = np.unique(asked)
    keys, parts, named = [np.empty(0, np.int64)], [_nothing(names, programs)], set()
    for batch in traces.batches():
        own = _keys(batch)
        rows = _among(own, wanted)
        if len(rows):
            taken = batch.take(pa.array(rows))
            keys.append(own[rows])
            parts.append(_columns_of(taken, names, programs))
            named |= _named(taken)
    return Seen(_joined(parts), first_equal(np.concatenate(keys), asked), _sids(named))


@dataclass(frozen=True, slots=True)
class Shown:
    """Texts of some exemplars, as they were traced; ``rows``: the row of each exemplar there, -1 for none."""

    table: pa.Table
    rows: Rows

    def text(self, exemplar: int, name: str) -> str:
        """Return what a column says of an exemplar, "" for nothing."""
        at = int(self.rows[exemplar])
        value = self.table.column(name)[at].as_py() if at >= 0 else None
        return "" if value is None else str(value)


NOTHING_SHOWN: Final = Shown(_PLAIN.empty_table(), np.empty(0, np.int64))


def shown(traces: TraceStore, exemplars: ExemplarRows, chosen: Rows) -> Shown:
    """Return the texts of those events that are told of; other exemplars have none."""
    asked = event_keys(exemplars.sources[chosen], exemplars.offsets[chosen])
    wanted = np.unique(asked)
    parts = [_PLAIN.empty_table()]
    for batch in traces.batches():
        rows = _among(_keys(batch), wanted)
        if len(rows):
            parts.append(pa.table(batch.take(pa.array(rows))).select(_PLAIN.names).cast(_PLAIN))
    table = pa.concat_tables(parts).combine_chunks()
    places = np.full(len(exemplars), -1, np.int64)
    places[chosen] = first_equal(_keys(table), asked)
    return Shown(table, places)


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


def logons(traces: TraceStore, names: Names) -> Logons:
    """Return all sessions that say who came from where, the source resolved to a host where it is one.

    A source is a host that logs by the workstation's name, or by its address where a machine account or a
    workstation's name came from that address and from no other host.
    """
    words = Codes()
    parts: dict[str, list[Ints]] = {}
    for batch in traces.batches():
        rows = np.flatnonzero(batch.column("role").to_numpy() & int(Role.LOGON))
        if len(rows):
            for name, column in _logons(batch.take(pa.array(rows)), names, words).items():
                parts.setdefault(name, []).append(column)
    empty = np.empty(0, np.int64)
    columns = {
        name: np.concatenate(parts[name]) if parts else empty
        for name in (
            "hosts",
            "accounts",
            "sessions",
            "addresses",
            "times",
            "kinds",
            "sources",
            "offsets",
            "named",
            "machines",
        )
    }
    named, machines = columns.pop("named"), columns.pop("machines")
    # A remote desktop's logon names the computer that it came to as its workstation.
    named = np.where(named == columns["hosts"], -1, named)
    by_machine = np.append(_by_address(columns["addresses"], machines), -1)[columns["addresses"]]
    by_name = np.append(_by_address(columns["addresses"], named), -1)[columns["addresses"]]
    sources = np.where(by_machine >= 0, by_machine, np.where(named >= 0, named, by_name))
    other = [*(is_of_one_machine(name) for name in names.addresses.names()), False]
    from_itself = (sources == columns["hosts"]) | ~np.array(other, bool)[columns["addresses"]]
    columns["addresses"] = np.where(from_itself, -1, columns["addresses"])
    sources = np.where(sources == columns["hosts"], -1, sources)
    return Logons(**columns, from_hosts=sources, words=words.names())


def _logons(batch: pa.RecordBatch, names: Names, words: Codes) -> dict[str, Ints]:
    known = names.hosts.known
    return {
        "hosts": fields.hosts(batch.column("host"), names.hosts),
        "accounts": fields.folded(batch.column("user"), names.accounts),
        "sessions": fields.folded(batch.column("logon_id"), names.sessions),
        "addresses": fields.folded(batch.column("source_ip"), names.addresses),
        "times": fields.filetimes(batch.column("filetime")),
        "kinds": fields.named(batch.column("logon_type"), words),
        "sources": batch.column("source").to_numpy(),
        "offsets": batch.column("offset").to_numpy(),
        "named": _looked_up(
            batch.column("source_host"), known, lambda name: name.partition(".")[0]
        ),
        "machines": _looked_up(batch.column("user"), known, _computer),
    }


def _computer(user: str) -> str:
    """Return the computer that a machine account belongs to; nothing for others."""
    return user[:-1] if user.endswith("$") else ""


def _looked_up(
    column: pa.DictionaryArray, known: Mapping[str, int], form: Callable[[str], str]
) -> Ints:
    """Return the code of the host that each value names, -1 where it names none that logs."""
    codes = [known.get(fold(form(text or "")) or "-", -1) for text in column.dictionary.to_pylist()]
    table = np.array([*codes, -1], np.int64)
    found: Ints = table[column.indices.fill_null(len(codes)).to_numpy(zero_copy_only=False)]
    return found


def _by_address(addresses: Ints, hosts: Ints) -> Rows:
    """Return the host of each address that exactly one host was tied to; -1 for others."""
    found = np.full(int(addresses.max(initial=-1)) + 1, -1, np.int64)
    both = np.stack([addresses, hosts], axis=1)[(addresses >= 0) & (hosts >= 0)]
    pairs = np.unique(both, axis=0)
    single, count = np.unique(pairs[:, 0], return_counts=True)
    sure = np.isin(pairs[:, 0], single[count == 1])
    found[pairs[sure, 0]] = pairs[sure, 1]
    return found
