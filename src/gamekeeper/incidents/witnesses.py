"""What was traced of the events that stand for cells, in columns to link by.

An exemplar's trace is found by its event id. Matches of correlations and of scripts put together of parts
may point at events without a trace; they have the host and the account of the match and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.incidents.processes import Actors
from gamekeeper.incidents.sessions import sessions
from gamekeeper.incidents.started import event_keys, numbers
from gamekeeper.questions.processes import fields
from gamekeeper.questions.processes.fields import Codes
from gamekeeper.questions.searches import packed, within

if TYPE_CHECKING:
    from gamekeeper.incidents.exemplars import ExemplarRows
    from gamekeeper.model.traces import TraceStore
    from gamekeeper.questions.searches import Ints, Rows

#: What links events, and what tells whose a SID is.
_SEEN: Final = (
    "filetime", "source", "offset", "host", "pid", "guid", "image", "logon_id", "subject_logon_id",
    "user", "domain", "user_id", "source_ip", "destination_ip",
)  # fmt: skip
_ACCOUNT: Final = ["user_id", "domain", "user"]


@dataclass(frozen=True, slots=True)
class Names:
    """Codes that all columns of one run share. Accounts are folded."""

    hosts: Codes
    accounts: Codes
    addresses: Codes

    @classmethod
    def new(cls) -> Names:
        """Return codes without a name."""
        return cls(Codes(), Codes(), Codes())


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


def rows_of(batch: pa.RecordBatch, wanted: Rows) -> Rows:
    """Return the rows of traces whose event is one of those that are wanted, by keys in order."""
    return np.flatnonzero(within(records_of(batch), wanted))


def records_of(batch: pa.RecordBatch | pa.Table) -> Rows:
    """Return the event of each trace, as :func:`event_keys` has it."""
    return event_keys(batch.column("source").to_numpy(), batch.column("offset").to_numpy())


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of traces as codes into :class:`Names`; -1 where an event says nothing."""

    hosts: Ints
    accounts: Ints
    sessions: Ints
    subject_sessions: Ints
    source_ips: Ints
    destination_ips: Ints

    @classmethod
    def empty(cls, rows: int) -> Columns:
        """Return columns of events that say nothing."""
        return cls(*(np.full(rows, -1, np.int32) for _ in cls.__slots__))


def _columns_of(batch: pa.RecordBatch, names: Names) -> Columns:
    return Columns(
        hosts=fields.hosts(_coded(batch, "host"), names.hosts),
        accounts=fields.folded(_coded(batch, "user"), names.accounts),
        sessions=sessions(_coded(batch, "logon_id")),
        subject_sessions=sessions(_coded(batch, "subject_logon_id")),
        source_ips=fields.folded(_coded(batch, "source_ip"), names.addresses),
        destination_ips=fields.folded(_coded(batch, "destination_ip"), names.addresses),
    )


def _actors_of(batch: pa.RecordBatch, hosts: Ints, programs: Codes) -> Actors:
    return Actors(
        hosts,
        fields.guids(_coded(batch, "guid")),
        numbers(batch.column("pid")),
        fields.filetimes(batch.column("filetime")),
        fields.programs(_coded(batch, "image"), programs),
    )


def _coded(batch: pa.RecordBatch, name: str) -> pa.DictionaryArray:
    """Return a column with a dictionary of what these rows say: a batch's own may be of millions of rows."""
    return batch.column(name).cast(pa.utf8()).dictionary_encode()


@dataclass(frozen=True, slots=True)
class Seen:
    """Traces of exemplars as columns to link by.

    ``rows``: the row of each exemplar there; ``sids``: the account of each SID that some event names beside
    it, as ``DOMAIN\\name``. ``actors`` are as large as all columns together, and are asked but once.
    """

    columns: Columns
    actors: Actors
    rows: Ints
    sids: dict[str, str]


def seen(traces: TraceStore, exemplars: ExemplarRows, names: Names, programs: Codes) -> Seen:
    """Return what was traced of some events; of several traces of one the first counts."""
    asked = event_keys(exemplars.sources, exemplars.offsets)
    wanted = np.unique(asked)
    rows = np.searchsorted(wanted, asked).astype(np.int32)
    del asked
    columns, actors = Columns.empty(len(wanted)), Actors.empty(len(wanted))
    is_told, named = np.zeros(len(wanted), np.bool_), set()
    for batch in traces.batches(_SEEN):
        taken = batch.take(pa.array(rows_of(batch, wanted)))
        named |= _named(taken)
        places, first = np.unique(np.searchsorted(wanted, records_of(taken)), return_index=True)
        fresh = ~is_told[places]
        places, taken = places[fresh], taken.take(pa.array(first[fresh]))
        told = _columns_of(taken, names)
        _fill(columns, places, told)
        _fill(actors, places, _actors_of(taken, told.hosts, programs))
        is_told[places] = True
    return Seen(columns, actors, rows, _sids(named))


def _fill(columns: Columns | Actors, places: Rows, told: Columns | Actors) -> None:
    """Write what some events tell into their rows."""
    for name in columns.__slots__:
        getattr(columns, name)[places] = getattr(told, name)
