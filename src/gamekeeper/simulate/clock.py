"""Time in a simulated world: integers of 100 ns since 1601, as the event log counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date

SECOND: Final = 10_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

_ORIGIN: Final = datetime(1601, 1, 1, tzinfo=UTC)
_UNIX_S: Final = 11_644_473_600


def midnight(day: date, utc_offset_h: int) -> int:
    """Return the start of a day by the clock on the wall, in ticks."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=utc_offset_h)
    return int((start - _ORIGIN).total_seconds()) * SECOND


def to_datetime(ticks: int) -> datetime:
    """Return ticks as a UTC time, to the microsecond."""
    return _ORIGIN + timedelta(microseconds=ticks // 10)


def millisecond_text(ticks: int) -> str:
    """Return ticks as Sysmon writes times.

    >>> millisecond_text(133_500_000_000_000_000)
    '2024-01-17 21:20:00.000'
    """
    return to_datetime(ticks).isoformat(" ", "milliseconds")[:23]


def unix_seconds(ticks: int) -> int:
    """Return whole seconds since 1970."""
    return ticks // SECOND - _UNIX_S
