"""Records of one act made one: copies of a record, and a new process that both Sysmon and Security tell of.

Rows come sorted by act and time. What lies within a few seconds of the record before it belongs to the same
act: a process id comes back, but not that soon under the same name. All records of an act get the time of the
first one, so that the walk, which sorts by time, finds them side by side.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.analytics.chains.schema import halves
from gamekeeper.engine.correlation.windows import TICKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

#: How far the clocks of two logs of one host lie apart, and then some.
_APART: Final = 5 * TICKS
#: Bytes of an act and a time.
_MARKED: Final = 24


def settled(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Yield the rows of tables in order of ``ACT_KEY`` with their acts settled."""
    waiting: pa.Table | None = None
    for table in tables:
        joined = table if waiting is None else pa.concat_tables([waiting, table])
        starts = _starts(joined)
        # The last act may go on in the next table.
        last = int(starts[-1])
        if last:
            yield _made_one(joined.slice(0, last), starts[:-1])
        waiting = joined.slice(last)
    if waiting is not None and waiting.num_rows:
        yield _made_one(waiting, _starts(waiting))


def _starts(table: pa.Table) -> NDArray[np.int64]:
    """Return the first row of each act."""
    times = table.column("filetime").to_numpy()
    body = table.column("body").to_numpy()
    act = table.column("act").combine_chunks().dictionary_encode().indices.to_numpy()
    changed = np.ones(len(times), np.bool_)
    changed[1:] = (
        (body[1:] != body[:-1]) | (act[1:] != act[:-1]) | (times[1:] - times[:-1] > _APART)
    )
    return np.flatnonzero(changed)


def _made_one(table: pa.Table, starts: NDArray[np.int64]) -> pa.Table:
    sizes = np.diff(np.append(starts, table.num_rows))
    times = table.column("filetime").to_numpy()[starts]
    acts = table.column("act").take(pa.array(starts)).combine_chunks()
    # Act and time side by side, so that there is nothing to join for each act.
    data = np.column_stack([halves(acts), times.astype(">i8").view(np.uint64)]).tobytes()
    marks = [
        blake2b(data[at : at + _MARKED], digest_size=16).digest()
        for at in range(0, len(data), _MARKED)
    ]
    again = pa.array(np.repeat(np.arange(len(starts)), sizes))
    changed = {
        "filetime": pa.array(times, pa.int64()).take(again),
        "fingerprint": pa.array(marks, pa.binary(16)).take(again),
    }
    for name, column in changed.items():
        place = table.schema.get_field_index(name)
        table = table.set_column(place, table.schema.field(name), column)
    return table
