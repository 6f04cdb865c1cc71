"""Tables of facts a part at a time: rows as dictionaries take ten times the memory that columns take."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa
    from numpy.typing import NDArray

#: Rows that are dictionaries at the same time.
_AT_ONCE: Final = 4096
#: Rows that :func:`some_hosts` aims at.
_MANY: Final = 200_000


def rows_of(table: pa.Table) -> Iterator[dict[str, Any]]:
    """Yield the rows as dictionaries, in their order."""
    for batch in table.to_batches(max_chunksize=_AT_ONCE):
        yield from batch.to_pylist()


def by_host(table: pa.Table, column: str = "host") -> dict[str, pa.Table]:
    """Return the rows of each host of a table that is in order of hosts, as one of its columns names them."""
    names, bounds = _hosts(table, column)
    return {
        name: table.slice(start, stop - start)
        for name, (start, stop) in zip(names, pairwise(bounds.tolist()), strict=True)
    }


def some_hosts(table: pa.Table, rows: int = 0) -> Iterator[pa.Table]:
    """Yield all rows of such a table, those of some hosts at a time: about so many rows, or one host's."""
    rows = rows or _MANY
    bounds = _hosts(table, "host")[1]
    start = 0
    while start < table.num_rows:
        within = bounds[(bounds > start) & (bounds <= start + rows)]
        stop = int(within[-1] if len(within) else bounds[bounds > start][0])
        yield table.slice(start, stop - start)
        start = stop


def _hosts(table: pa.Table, column: str) -> tuple[list[str], NDArray[np.int64]]:
    """Return the hosts in their order, and where the rows of each begin, with the end of all."""
    hosts = table[column].combine_chunks().dictionary_encode()
    places = hosts.indices.to_numpy()
    starts = np.flatnonzero(np.diff(places, prepend=-1)) if len(places) else np.zeros(0, np.int64)
    names = hosts.dictionary.to_pylist()
    return [names[at] for at in places[starts].tolist()], np.append(starts, len(places))
