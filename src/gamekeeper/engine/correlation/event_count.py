"""``event_count``: how many distinct events there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.rules.correlation_parse import compare

if TYPE_CHECKING:
    from gamekeeper.engine.correlation.row_file import Event
    from gamekeeper.rules.plan import BoundCorrelation


class EventCount:
    """Counts events; copies of one have been put together before."""

    def __init__(self, bound: BoundCorrelation) -> None:
        self._limits = bound.correlation.limits
        self._count = 0

    def enter(self, event: Event) -> None:  # noqa: ARG002 - it counts, whatever it is
        """Count an event."""
        self._count += 1

    def leave(self, event: Event) -> None:  # noqa: ARG002
        """Forget an event."""
        self._count -= 1

    def measure(self) -> int:
        """Return how many there are."""
        return self._count

    def holds(self) -> bool:
        """Compare the count."""
        return all(compare(limit, self._count) for limit in self._limits)

    def may_drop(self, event: Event) -> bool:  # noqa: ARG002
        """Every event counts."""
        return False
