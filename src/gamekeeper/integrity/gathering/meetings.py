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

from gamekeeper.integrity.gathering.frames import NO_TIME, first_of_each, frame_of
from gamekeeper.integrity.gathering.groups import NONE, coded
from gamekeeper.model.fingerprint import short_host

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gamekeeper.integrity.gathering.frames import Frame
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
    is_apart = True

    def gather(self, batch: EventBatch) -> pa.RecordBatch | None:
        """Return one row a meeting, word and slot of the batch."""
        frame = frame_of(batch)
        parts = [
            rows
            for word in _WORDS
            if word.dataset == batch.dataset
            and len(found := frame.numbered({word.code}))
            and (rows := _told(frame, word, found)) is not None
        ]
        if not parts:
            return None
        return pa.Table.from_batches(parts).combine_chunks().to_batches()[0]

    def whole(self, rows: pa.Table) -> pa.Table:
        """Every row stands for itself."""
        return rows


def _told(frame: Frame, word: _Word, rows: NDArray[np.int64]) -> pa.RecordBatch | None:
    logs = frame.logs
    keep = frame.times[rows] != NO_TIME
    if word.only is not None:
        column, wanted = word.only
        _, counts = _codes(frame, column, lambda text: text if text in wanted else "")
        keep &= counts[rows] != NONE
    targets, target = _targets(frame, word)
    clients, client = _codes(frame, word.client, _address)
    keep &= target[rows] != NONE
    if word.kind == 0:
        keep &= client[rows] != NONE  # a logon from nowhere answers nobody's word
    rows = rows[keep]
    if not len(rows):
        return None
    time, offset = frame.times[rows], frame.offsets[rows]
    who = client[rows] % (len(clients) + 1)
    parts = (logs.code[rows], target[rows], who, time // SLOT)
    order = np.lexsort((offset, time, *reversed(parts)))
    first = order[first_of_each([part[order] for part in parts])]
    log = parts[0][first]
    return pa.RecordBatch.from_arrays(
        [
            pa.array(targets, pa.utf8()).take(pa.array(parts[1][first])),
            pa.array([*clients, ""], pa.utf8()).take(pa.array(who[first])),
            pa.array(parts[3][first] * SLOT),
            pa.array(np.full(len(first), word.kind, np.int8)),
            logs.hosts(log),
            *map(pa.array, (logs.source[log], time[first], offset[first])),
            frame.integers("EventRecordID", rows[first]),
        ],
        schema=SCHEMA,
    )


def _targets(frame: Frame, word: _Word) -> tuple[list[str], NDArray[np.int64]]:
    """Return hosts and each row's place among them; none where a word names its own host."""
    logs = frame.logs
    if not word.target:
        return logs.host, logs.code
    names, codes = _codes(frame, word.target, _machine if word.kind == 1 else _host)
    if word.kind == 1:  # a machine's ticket for itself leads to no other
        known = {name: at for at, name in enumerate(names)}
        asker = coded(frame.table.column("TargetUserName"), _asker, known)[1]
        codes = np.where(codes == asker, NONE, codes)
    own = np.array([names.index(h) if h in names else NONE for h in [*logs.host, ""]])
    return names, np.where(codes == own[logs.code], NONE, codes)


def _codes(
    frame: Frame, column: str, form: Callable[[str], str]
) -> tuple[list[str], NDArray[np.int64]]:
    """Return distinct values in one form and each row's place among them."""
    if column not in frame.table.schema.names:
        return [], np.full(len(frame.batch), NONE, np.int64)
    return coded(frame.table.column(column), form)


def _machine(service: str) -> str:
    return short_host(service[:-1]) if service.endswith("$") and len(service) > 1 else ""


def _asker(account: str) -> str:
    return _machine(account.partition("@")[0])


def _host(name: str) -> str:
    plain = short_host(name.strip().lstrip("\\"))
    return "" if plain in ("", "-", "localhost") or plain[0].isdigit() else plain


def _address(text: str) -> str:
    plain = text.strip().lower().removeprefix("::ffff:")
    return "" if plain in ("", "-", "::1", "127.0.0.1", "local") else plain
