"""``value_count``: how many different values a field has, or several fields together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from gamekeeper.engine.correlation.tally import Tally
from gamekeeper.model.folding import fold
from gamekeeper.rules.correlation_parse import compare

if TYPE_CHECKING:
    from pathlib import Path

    from gamekeeper.engine.correlation.row_file import Event
    from gamekeeper.rules.plan import BoundCorrelation


class ValueCount:
    """Counts different values, which are compared without regard to case."""

    def __init__(self, bound: BoundCorrelation, folder: Path) -> None:
        self._limits = bound.correlation.limits
        self._places = bound.values
        self._tally = Tally(folder)

    def _value(self, event: Event) -> str:
        values = orjson.loads(event.values)
        return orjson.dumps([fold(values[place]) for place in self._places]).decode()

    def enter(self, event: Event) -> None:
        """Count an event's value."""
        self._tally.add(self._value(event))

    def leave(self, event: Event) -> None:
        """Take an event's value back."""
        self._tally.remove(self._value(event))

    def measure(self) -> int:
        """Return how many values there are."""
        return self._tally.distinct

    def holds(self) -> bool:
        """Compare the number of values."""
        return all(compare(limit, self._tally.distinct) for limit in self._limits)

    def may_drop(self, event: Event) -> bool:  # noqa: ARG002
        """Every event counts."""
        return False
