"""Rows of a batch by log: which file, which host, which channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gamekeeper.model.events import RecordState
from gamekeeper.model.fingerprint import short_host
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gamekeeper.model.events import EventBatch


@dataclass(frozen=True, slots=True)
class Logs:
    """The logs of a batch. ``code[row]``: a row's log, -1 for rows that count for none (stale, carved)."""

    code: NDArray[np.int64]
    source: NDArray[np.int32]  # by code
    host: list[str]
    channel: list[str]

    def hosts(self, codes: NDArray[np.int64]) -> pa.Array:
        """Return the host of each of the given logs."""
        return pa.array(self.host, pa.utf8()).take(pa.array(codes))

    def channels(self, codes: NDArray[np.int64]) -> pa.Array:
        """Return the channel of each of the given logs."""
        return pa.array(self.channel, pa.utf8()).take(pa.array(codes))


#: The batch that was asked for last and its logs: gatherers ask for the same one in turn.
_latest: list[tuple[EventBatch, Logs]] = []


def logs_of(batch: EventBatch) -> Logs:
    """Return the logs that a batch's live events come from; made once for all gatherers."""
    if not _latest or _latest[0][0] is not batch:
        _latest[:] = [(batch, _logs_of(batch))]
    return _latest[0][1]


def _logs_of(batch: EventBatch) -> Logs:
    table = batch.table
    hosts, host = _names(table.column("Computer"), short_host)
    channels, channel = _names(table.column("Channel"), fold)
    source = table.column("event.source").to_numpy().astype(np.int64)
    packed = (source * (len(hosts) + 1) + host) * (len(channels) + 1) + channel
    live = table.column("event.state").to_numpy() == RecordState.LIVE
    known, code = _distinct(packed)
    rest, at_channel = np.divmod(known, len(channels) + 1)
    sources, at_host = np.divmod(rest, len(hosts) + 1)
    return Logs(
        np.where(live, code, -1),
        sources.astype(np.int32),
        [hosts[at] if at < len(hosts) else "" for at in at_host.tolist()],
        [channels[at] if at < len(channels) else "" for at in at_channel.tolist()],
    )


def _distinct(packed: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return distinct values and each row's place among them: run by run, since logs come in long runs."""
    heads = np.flatnonzero(np.append(True, packed[1:] != packed[:-1])[: len(packed)])
    known, place = np.unique(packed[heads], return_inverse=True)
    return known, np.repeat(place, np.diff(np.append(heads, len(packed))))


def _names(
    column: pa.DictionaryArray, form: Callable[[str], str]
) -> tuple[list[str], NDArray[np.int64]]:
    """Return distinct names in one form and each row's place among them; behind them, where it has none."""
    known: dict[str, int] = {}
    places = [known.setdefault(form(name), len(known)) for name in column.dictionary.to_pylist()]
    lookup = np.array([*places, len(known)], np.int64)
    codes = column.indices.fill_null(len(places)).to_numpy(zero_copy_only=False)
    return list(known), lookup[codes]
