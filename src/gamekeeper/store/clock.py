"""The clock of the manifest, and times in one form."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """Return this moment as the manifest writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def utc(time: str) -> str:
    """Return an ISO time of any zone as events have theirs, which sorts as text.

    >>> utc("2026-11-28T03:53:58+01:00")
    '2026-11-28T02:53:58.000000Z'
    """
    moment = datetime.fromisoformat(time).astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")
