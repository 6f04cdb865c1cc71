"""What a reference in a correlation or a filter means: a rule of the set, by its id or by its name."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from uuid import UUID

from gamekeeper.errors import RuleError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.rules.correlation_ir import Correlation
    from gamekeeper.rules.ir import Rule, SkippedRule


class References:
    """Finds the rules of a set. Repeated ids and names are told apart by the file that refers to them."""

    def __init__(
        self,
        rules: Sequence[Rule],
        correlations: Sequence[Correlation],
        skipped: Sequence[SkippedRule],
    ) -> None:
        self._rules = rules
        self._items: list[Rule | Correlation] = [*rules, *correlations]
        self._skipped = {rule.id: rule.reason for rule in skipped if rule.id}
        self._by_name: dict[str, list[int]] = defaultdict(list)
        self._by_id: dict[str, list[int]] = defaultdict(list)
        for position, item in enumerate(self._items):
            self._by_id[item.id.partition("#")[0]].append(position)
            if item.name:
                self._by_name[item.name].append(position)

    def all_rules(self, reference: str) -> list[int]:
        """Return the positions of all plain rules that a reference may mean."""
        return [position for position in self._known(reference) if position < len(self._rules)]

    def items(self, reference: str) -> list[Rule | Correlation]:
        """Return everything that a reference may mean."""
        return [self._items[position] for position in self._known(reference)]

    def one(self, reference: str, path: str) -> str:
        """Return the id of the rule that a reference in a file means; raise RuleError for none or many."""
        found = self._known(reference)
        items = self._items
        here = [position for position in found if items[position].path == path] or found
        if not here:
            raise RuleError(f"correlation: {self.why_not(reference)}")
        if len(here) > 1 and reference in self._by_name and self._differ(here):
            raise RuleError(f"correlation: {len(here)} rules are called {reference!r}")
        return items[here[0]].id

    def why_not(self, reference: str) -> str:
        """Say why nothing is found."""
        reason = self._skipped.get(_normal(reference))
        known = f"rule {reference} cannot run: {reason}" if reason else ""
        return known or f"rule {reference} is not among the rules"

    def _known(self, reference: str) -> list[int]:
        return self._by_id.get(_normal(reference)) or self._by_name.get(reference, [])

    def _differ(self, positions: list[int]) -> bool:
        """Say whether these are more than copies of one rule."""
        return len({self._items[position].id.partition("#")[0] for position in positions}) > 1


def _normal(reference: str) -> str:
    try:
        return str(UUID(reference))
    except ValueError:
        return reference
