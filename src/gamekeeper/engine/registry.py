"""The one list of engines, imported when one is first wanted: the fast one brings a compiler along.

The process that only hands out work must not pay for it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol, cast

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

    import pyarrow as pa

    from gamekeeper.engine.base import Engine, Matches
    from gamekeeper.model.events import EventBatch
    from gamekeeper.rules.plan import Plan

#: Engine, and the class that is made from a plan.
ENGINES: Final = {
    "columnar": "gamekeeper.engine.columnar:ColumnarEngine",
    "reference": "gamekeeper.engine.reference:ReferenceEngine",
}


_EVIDENCE: Final = "gamekeeper.engine.evidence:Evidence"
_ROWS: Final = "gamekeeper.engine.correlation.rows:RowGatherer"


class Witness(Protocol):
    """Says for matches where they come from and what makes them true."""

    def gather(self, batch: EventBatch, matches: Matches) -> pa.RecordBatch:
        """Return the matches, in their order, as a record batch of ``MATCH_SCHEMA``."""


class Gatherer(Protocol):
    """Makes rows for correlations of the matches of their rules."""

    def gather(
        self, batch: EventBatch, matches: Matches, left: Counter[tuple[int, str]]
    ) -> pa.RecordBatch | None:
        """Return the rows of a batch's matches; what a correlation cannot take is counted in ``left``."""


def engine(name: str, plan: Plan) -> Engine:
    """Return a new engine for a plan."""
    make = cast("Callable[[Plan], Engine]", _class(ENGINES[name]))
    return make(plan)


def witness(plan: Plan) -> Witness:
    """Return what gathers the evidence of a plan's matches."""
    make = cast("Callable[[Plan], Witness]", _class(_EVIDENCE))
    return make(plan)


def gatherer(plan: Plan) -> Gatherer:
    """Return what makes rows of the matches that a plan's correlations take."""
    make = cast("Callable[[Plan], Gatherer]", _class(_ROWS))
    return make(plan)


def _class(place: str) -> object:
    module, _, attribute = place.partition(":")
    found: object = getattr(import_module(module), attribute)
    return found
