"""The matches of floods, read again: a few stand for each, and what it hides is among the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.incidents import columns, grouping
from gamekeeper.incidents.cells import DAY, event_columns, exemplar_rows, no_events
from gamekeeper.incidents.exemplars import halves_of
from gamekeeper.incidents.token_codes import TokenCodes
from gamekeeper.questions.searches import first_equal, packed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gamekeeper.incidents.cells import CellRows
    from gamekeeper.incidents.exemplars import ExemplarRows
    from gamekeeper.incidents.grouping import Grouper
    from gamekeeper.incidents.growing import Growing
    from gamekeeper.incidents.tokens import Tokens
    from gamekeeper.model.results import MatchStore
    from gamekeeper.questions.searches import Rows

#: Matches that are looked at, of all floods; behind them only counts are known.
LIMIT: Final = 1 << 19


@dataclass(frozen=True, slots=True)
class Again:
    """Matches of a run, and what tells their groups."""

    matches: MatchStore
    grouper: Grouper

    def of(self, cells: CellRows, wanted: Rows, known: Sequence[Tokens]) -> ExemplarRows:
        """Return the matches of some cells, in the order of cells and, within each, of the store.

        What they name are codes that go on behind those of ``known``.
        """
        groups = self.grouper.groups
        rules = np.unique([groups[number].rule for number in cells.groups[wanted].tolist()])
        days, keys = np.unique(cells.days[wanted]), packed(cells.groups[wanted], cells.days[wanted])
        codes = TokenCodes(known)
        found = no_events()
        for batch in columns.slices(self.matches.batches(), grouping.ROWS):
            rows = np.flatnonzero(
                self.grouper.of_rules(batch, rules) & np.isin(_days(batch), days)
            )[: LIMIT - len(found)]
            if len(rows):
                self._take(batch.take(pa.array(rows)), (wanted, keys), codes, found)
        order = np.argsort(found["cell"], kind="stable")
        return exemplar_rows(found, found["cell"], order, codes)

    def _take(
        self, batch: pa.RecordBatch, wanted: tuple[Rows, Rows], codes: TokenCodes, found: Growing
    ) -> None:
        cells, keys = wanted
        at = first_equal(keys, packed(self.grouper.assign(batch), _days(batch)))
        has = np.flatnonzero(at >= 0)
        halves = halves_of(batch["fingerprint"].take(pa.array(has)))
        found.add(cell=cells[at[has]], **event_columns(batch, has, halves, codes))


def _days(batch: pa.RecordBatch) -> NDArray[np.int64]:
    times = columns.times(batch["filetime"])
    return np.where(times >= 0, times // DAY, -1)
