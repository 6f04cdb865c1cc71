"""Rows of a batch by log: which file, which host, which channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.engine.columnar.values import codes_of
from gamekeeper.model.events import RecordState
from gamekeeper.model.fingerprint import short_host
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gamekeeper.model.events import EventBatch

#: The place of what is not there.
NONE: Final = -1


class Logs:
    """The logs of a batch. ``code[row]``: a row's log, -1 for rows that count for none (stale, carved)."""

    def __init__(
        self,
        code: NDArray[np.int64],
        source: NDArray[np.int32],
        host: list[str],
        channel: list[str],
    ) -> None:
        self.code = code
        self.source = source  # by code, as the others
        self.host = host
        self.channel = channel
        self._names = [pa.array(names, pa.utf8()) for names in (host, channel)]

    def hosts(self, codes: NDArray[np.int64]) -> pa.Array:
        """Return the host of each of the given logs."""
        return self._names[0].take(pa.array(codes))

    def channels(self, codes: NDArray[np.int64]) -> pa.Array:
        """Return the channel of each of the given logs."""
        return self._names[1].take(pa.array(codes))

    def columns(self, codes: NDArray[np.int64]) -> list[pa.Array]:
        """Return host, channel and source of each of the given logs."""
        at = pa.array(codes)
        return [*(names.take(at) for names in self._names), pa.array(self.source[codes])]


def grouped(batch: EventBatch) -> Logs:
    """Return the logs that a batch's live events come from."""
    table = batch.table
    hosts, host = coded(table.column("Computer"), short_host)
    channels, channel = coded(table.column("Channel"), fold)
    names, sizes = ([*hosts, ""], [*channels, ""]), (len(hosts) + 1, len(channels) + 1)
    source = table.column("event.source").to_numpy().astype(np.int64)
    packed = (source * sizes[0] + host % sizes[0]) * sizes[1] + channel % sizes[1]
    live = table.column("event.state").to_numpy() == RecordState.LIVE
    known, code = _distinct(packed)
    rest, at_channel = np.divmod(known, sizes[1])
    sources, at_host = np.divmod(rest, sizes[0])
    return Logs(
        np.where(live, code, NONE),
        sources.astype(np.int32),
        [names[0][at] for at in at_host.tolist()],
        [names[1][at] for at in at_channel.tolist()],
    )


def _distinct(packed: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return distinct values and each row's place among them: run by run, since logs come in long runs."""
    heads = np.flatnonzero(np.append(True, packed[1:] != packed[:-1])[: len(packed)])
    known, place = np.unique(packed[heads], return_inverse=True)
    return known, np.repeat(place, np.diff(np.append(heads, len(packed))))


def coded(
    column: pa.DictionaryArray, form: Callable[[str], str], known: dict[str, int] | None = None
) -> tuple[list[str], NDArray[np.int64]]:
    """Return distinct values in one form and each row's place among them, :data:`NONE` where it has none.

    Values first, rows second. ``known`` are values of other columns, which grow by those of this one.
    """
    known = {} if known is None else known
    places = [
        known.setdefault(text, len(known)) if (text := form(value)) else NONE
        for value in column.dictionary.to_pylist()
    ]
    lookup = np.array([*places, NONE], np.int64)  # the last one is that of -1
    return list(known), lookup[codes_of(column.indices)]
