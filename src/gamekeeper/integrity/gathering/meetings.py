"""Who reached which host, as the host itself says and as others say: rows of ten minutes.

The target's own word is a logon over the network (4624 of type 3 or 10). Others' words are a ticket for it
(4769), credentials used against it (4648), a connection to a port of administration (Sysmon 3) and a check
of credentials that names it as server (NTLM 8004). 4776 names the client, so it is nobody's word on a target.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.integrity.gathering.groups import logs_of
from gamekeeper.model.fingerprint import short_host

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gamekeeper.integrity.gathering.groups import Logs
    from gamekeeper.model.events import EventBatch

#: 100 ns intervals of a slot.
SLOT: Final = 10 * 60 * 10_000_000
#: ``kind`` is a place in KINDS; ``client`` an address, "" where the word gives none. ``offset`` and
#: ``record`` are those of the first event.
SCHEMA: Final = pa.schema(
    [
        pa.field("target", pa.utf8(), nullable=False),
        pa.field("client", pa.utf8(), nullable=False),
        pa.field("slot", pa.int64(), nullable=False),
        pa.field("kind", pa.int8(), nullable=False),
        pa.field("by", pa.utf8(), nullable=False),
        pa.field("source", pa.int32(), nullable=False),
        pa.field("first", pa.int64(), nullable=False),
        pa.field("offset", pa.int64(), nullable=False),
        pa.field("record", pa.int64()),
    ]
)
KINDS: Final = ("logon", "ticket", "credentials", "connection", "check")
#: Ports by which hosts are administered or their files read.
_PORTS: Final = frozenset({"22", "135", "445", "3389", "5985", "5986"})
_NETWORK: Final = frozenset({"3", "10"})
_NOBODY: Final = -1


@dataclass(frozen=True, slots=True)
class _Word:
    """One kind of event that tells of a meeting: where it names target and client, and which rows count."""

    kind: int
    dataset: str
    code: int
    target: str  # column; "" for the host whose log it is
    client: str
    only: tuple[str, frozenset[str]] | None = None  # column and the values that count


_WORDS: Final = (
    _Word(0, "windows.security", 4624, "", "IpAddress", ("LogonType", _NETWORK)),
    _Word(1, "windows.security", 4769, "ServiceName", "IpAddress"),
    _Word(2, "windows.security", 4648, "TargetServerName", ""),
    _Word(3, "windows.sysmon", 3, "DestinationHostname", "SourceIp", ("DestinationPort", _PORTS)),
    _Word(4, "windows.ntlm", 8004, "SChannelName", ""),
)


class Meetings:
    """Gathers meetings."""

    name = "meetings"
    schema = SCHEMA
    key = ("target", "client", "slot", "kind", "by", "first", "source", "offset")

    def gather(self, batch: EventBatch) -> pa.RecordBatch | None:
        """Return one row a meeting, word and slot of the batch."""
        words = [word for word in _WORDS if word.dataset == batch.dataset]
        if not words:
            return None
        number = batch.table.column("EventID").fill_null(-1).to_numpy()
        parts = [
            rows
            for word in words
            if len(found := np.flatnonzero(number == word.code))
            and (rows := _told(batch, word, found)) is not None
        ]
        if not parts:
            return None
        return pa.Table.from_batches(parts).combine_chunks().to_batches()[0]

    def whole(self, rows: pa.Table) -> pa.Table:
        """Every row stands for itself."""
        return rows


def _told(batch: EventBatch, word: _Word, rows: NDArray[np.int64]) -> pa.RecordBatch | None:
    table, logs = batch.table, logs_of(batch)
    keep = logs.code[rows] >= 0
    keep &= table.column("event.filetime").is_valid().to_numpy(zero_copy_only=False)[rows]
    if word.only is not None:
        column, wanted = word.only
        _, counts = _codes(batch, column, lambda text: text if text in wanted else "")
        keep &= counts[rows] != _NOBODY
    targets, target = _targets(batch, word, logs)
    clients, client = _codes(batch, word.client, _address)
    keep &= target[rows] != _NOBODY
    if word.kind == 0:
        keep &= client[rows] != _NOBODY  # a logon from nowhere answers nobody's word
    rows = rows[keep]
    if not len(rows):
        return None
    time = table.column("event.filetime").fill_null(0).to_numpy()[rows]
    who = np.where(client[rows] == _NOBODY, len(clients), client[rows])
    parts = (logs.code[rows], target[rows], who, time // SLOT)
    order = np.lexsort((table.column("event.offset").to_numpy()[rows], time, *reversed(parts)))
    changed = np.ones(len(rows), bool)
    changed[1:] = np.any([part[order][1:] != part[order][:-1] for part in parts], axis=0)
    first = order[changed]
    at = pa.array(rows[first])
    log = logs.code[rows][first]
    return pa.RecordBatch.from_arrays(
        [
            pa.array(targets, pa.utf8()).take(pa.array(target[rows][first])),
            pa.array([*clients, ""], pa.utf8()).take(pa.array(who[first])),
            pa.array(time[first] // SLOT * SLOT),
            pa.array(np.full(len(first), word.kind, np.int8)),
            logs.hosts(log),
            pa.array(logs.source[log]),
            pa.array(time[first]),
            table.column("event.offset").take(at),
            table.column("EventRecordID").take(at),
        ],
        schema=SCHEMA,
    )


def _targets(batch: EventBatch, word: _Word, logs: Logs) -> tuple[list[str], NDArray[np.int64]]:
    """Return hosts and each row's place among them; none where a word names its own host."""
    if not word.target:
        return logs.host, logs.code
    names, codes = _codes(batch, word.target, _machine if word.kind == 1 else _host)
    own = np.array([names.index(h) if h in names else _NOBODY for h in [*logs.host, ""]])
    return names, np.where(codes == own[logs.code], _NOBODY, codes)


def _codes(
    batch: EventBatch, column: str, form: Callable[[str], str]
) -> tuple[list[str], NDArray[np.int64]]:
    """Return distinct values in one form and each row's place among them: values first, rows second."""
    if column not in batch.table.schema.names:
        return [], np.full(len(batch), _NOBODY, np.int64)
    values = batch.table.column(column)
    known: dict[str, int] = {}
    places = [
        known.setdefault(text, len(known)) if (text := form(value)) else _NOBODY
        for value in values.dictionary.to_pylist()
    ]
    lookup = np.array([*places, _NOBODY], np.int64)
    codes = values.indices.fill_null(len(places)).to_numpy(zero_copy_only=False)
    return list(known), lookup[codes]


def _machine(service: str) -> str:
    return short_host(service[:-1]) if service.endswith("$") and len(service) > 1 else ""


def _host(name: str) -> str:
    plain = short_host(name.strip().lstrip("\\"))
    return "" if plain in ("", "-", "localhost") or plain[0].isdigit() else plain


def _address(text: str) -> str:
    plain = text.strip().lower().removeprefix("::ffff:")
    return "" if plain in ("", "-", "::1", "127.0.0.1", "local") else plain
