"""Lengths of time in words for people, rounded down; what rules state exactly, chains spell themselves."""

from __future__ import annotations

from typing import Final

_TICKS: Final = 10_000_000  # 100 ns in a second
_MINUTE_S: Final = 60
_HOUR_S: Final = 3600


def duration_text(ticks: int) -> str:
    """Return a length of time, given in 100 ns, with two figures or three.

    >>> [duration_text(seconds * 10_000_000) for seconds in (90, 5400, 200_000)]
    ['90 s', '90 min', '55 h']
    """
    seconds = ticks // _TICKS
    if seconds < 10 * _MINUTE_S:
        return f"{seconds} s"
    if seconds < 10 * _HOUR_S:
        return f"{seconds // _MINUTE_S} min"
    return f"{seconds // _HOUR_S} h"
