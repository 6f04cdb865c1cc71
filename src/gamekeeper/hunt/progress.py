"""How a hunt tells how far it is; the command line draws it, a script may ignore it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Is told about stages in turn, and about steps within each."""

    def stage(self, name: str, total: int, unit: str) -> None:
        """A stage begins. ``total`` is 0 where nobody knows; ``unit`` is "bytes", "files" or "rows"."""

    def advance(self, amount: int, *, events: int = 0, matches: int = 0) -> None:
        """``amount`` more units of the stage are done."""


class NoProgress:
    """Says nothing."""

    def stage(self, name: str, total: int, unit: str) -> None:
        """Say nothing."""

    def advance(self, amount: int, *, events: int = 0, matches: int = 0) -> None:
        """Say nothing."""
