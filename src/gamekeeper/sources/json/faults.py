"""What is wrong with a JSON record that cannot become an event."""

from __future__ import annotations

from typing import Final

#: Deeper objects are no events; the limit keeps every walk over them far from Python's own.
MAX_DEPTH: Final = 100


class BadRecord(ValueError):  # noqa: N818 - it names the record's state; it becomes a reject, never an error
    """A record that cannot become an event; ``reason`` is the reject's stable word."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


def too_deep() -> BadRecord:
    """Return the error for an object that is nested deeper than any event."""
    return BadRecord("too_deep", f"nested deeper than {MAX_DEPTH} levels")
