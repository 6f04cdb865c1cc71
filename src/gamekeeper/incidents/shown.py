"""Texts of the events that are told of, as they were traced: few of those that were looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.incidents.started import event_keys
from gamekeeper.incidents.witnesses import records_of, rows_of
from gamekeeper.model.traces import TRACE_SCHEMA
from gamekeeper.questions.searches import first_equal

if TYPE_CHECKING:
    from gamekeeper.incidents.exemplars import ExemplarRows
    from gamekeeper.model.traces import TraceStore
    from gamekeeper.questions.searches import Ints, Rows

_TEXTS: Final = (
    "text", "user", "domain", "image", "guid", "logon_id", "source_ip", "destination_ip", "file_path"
)  # fmt: skip
_PLAIN: Final = pa.schema(
    [
        *(TRACE_SCHEMA.field(name) for name in ("source", "offset")),
        *(pa.field(name, pa.utf8()) for name in _TEXTS),
    ]
)


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


def shown(traces: TraceStore, exemplars: ExemplarRows, chosen: Ints) -> Shown:
    """Return the texts of those events that are told of; other exemplars have none."""
    asked = event_keys(exemplars.sources[chosen], exemplars.offsets[chosen])
    wanted = np.unique(asked)
    parts = [_PLAIN.empty_table()]
    for batch in traces.batches(_PLAIN.names):
        rows = rows_of(batch, wanted)
        if len(rows):
            # Rows taken from the table do not hold on to the file that the batch is a map of.
            parts.append(pa.table(batch).take(pa.array(rows)).select(_PLAIN.names).cast(_PLAIN))
    table = pa.concat_tables(parts).combine_chunks()
    places = np.full(len(exemplars), -1, np.int64)
    places[chosen] = first_equal(records_of(table), asked)
    return Shown(table, places)
