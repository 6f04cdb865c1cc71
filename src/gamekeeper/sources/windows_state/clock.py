"""Which numbers are times: 100 ns since 1601, as keys and databases keep them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, TypeGuard

_EPOCH: Final = datetime(1601, 1, 1, tzinfo=UTC)
#: The last moment of the year 9998. What stands behind it was damaged, or made up.
_LAST: Final = ((datetime(9999, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)) * 10 - 1


def is_time(value: object) -> TypeGuard[int]:
    """Say whether a value is a time that a clock could have shown; zero is none.

    >>> is_time(133_500_000_000_000_000), is_time(0), is_time(1 << 63)
    (True, False, False)
    """
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _LAST


def date_of(filetime: int) -> datetime:
    """Return a time in UTC, to the microsecond."""
    return _EPOCH + timedelta(microseconds=filetime // 10)
