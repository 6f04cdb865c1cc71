"""``temporal``: which of the rules have matched, in whatever order."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from gamekeeper.rules.correlation_parse import compare, expression_node, true_of

if TYPE_CHECKING:
    from gamekeeper.engine.correlation.row_file import Event
    from gamekeeper.rules.plan import BoundCorrelation


class Temporal:
    """Knows how many events stand for each rule; one event may stand for several."""

    def __init__(self, bound: BoundCorrelation) -> None:
        given = bound.correlation
        self._limits = given.limits
        self._node = (
            expression_node(given.expression, given.expression_names) if given.expression else None
        )
        self._counts: Counter[int] = Counter()

    def enter(self, event: Event) -> None:
        """Take an event."""
        self._counts.update(event.roles)

    def leave(self, event: Event) -> None:
        """Give an event up."""
        self._counts.subtract(event.roles)

    def _present(self) -> frozenset[int]:
        return frozenset(role for role, count in self._counts.items() if count)

    def measure(self) -> int:
        """Return how many rules have matched."""
        return len(self._present())

    def holds(self) -> bool:
        """Ask the extended condition, or compare the number of rules."""
        present = self._present()
        if self._node is not None:
            return true_of(self._node, present)
        return all(compare(limit, len(present)) for limit in self._limits)

    def may_drop(self, event: Event) -> bool:  # noqa: ARG002
        """Every event counts."""
        return False
