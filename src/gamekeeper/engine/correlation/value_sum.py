"""``value_sum`` and ``value_avg``: exact sums, whatever the order of the events."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import orjson

from gamekeeper.rules.correlation_ir import CorrelationType
from gamekeeper.rules.correlation_parse import compare
from gamekeeper.rules.truth import number

if TYPE_CHECKING:
    from gamekeeper.engine.correlation.row_file import Event
    from gamekeeper.rules.plan import BoundCorrelation


def number_of(bound: BoundCorrelation, values: str) -> int | Fraction | None:
    """Return the number in a correlation's field, None where there is none."""
    text = orjson.loads(values)[bound.values[0]]
    found = None if text is None else number(text)
    return Fraction(text.strip()) if isinstance(found, float) else found


class ValueSum:
    """Adds numbers up; what is no number counts as absent."""

    def __init__(self, bound: BoundCorrelation) -> None:
        self._bound = bound
        self._is_average = bound.correlation.type is CorrelationType.VALUE_AVG
        self._sum: int | Fraction = 0
        self._count = 0

    def enter(self, event: Event) -> None:
        """Add an event's number."""
        found = number_of(self._bound, event.values)
        if found is not None:
            self._sum += found
            self._count += 1

    def leave(self, event: Event) -> None:
        """Take an event's number off."""
        found = number_of(self._bound, event.values)
        if found is not None:
            self._sum -= found
            self._count -= 1

    def measure(self) -> int | Fraction | None:
        """Return the sum or the average, None without any number."""
        if not self._count:
            return None
        return Fraction(self._sum, self._count) if self._is_average else self._sum

    def holds(self) -> bool:
        """Compare the sum or the average."""
        found = self.measure()
        return found is not None and all(
            compare(limit, found) for limit in self._bound.correlation.limits
        )

    def may_drop(self, event: Event) -> bool:  # noqa: ARG002
        """Every event counts."""
        return False
