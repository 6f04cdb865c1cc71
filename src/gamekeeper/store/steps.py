"""How long work on a case tells how far it is; a hunt's progress fits."""

from __future__ import annotations

from typing import Protocol


class Steps(Protocol):
    """Is told about stages in turn, and about steps within each."""

    def stage(self, name: str, total: int, unit: str) -> None:
        """A stage begins. ``total`` is 0 where nobody knows; ``unit`` is "bytes", "files" or "rows"."""

    def advance(self, amount: int) -> None:
        """``amount`` more units of the stage are done."""


class NoSteps:
    """Says nothing."""

    def stage(self, name: str, total: int, unit: str) -> None:
        """Say nothing."""

    def advance(self, amount: int) -> None:
        """Say nothing."""
