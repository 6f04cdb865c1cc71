"""The clock of the manifest."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """Return this moment as the manifest writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
