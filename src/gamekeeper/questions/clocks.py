"""Times as people read them: the case's own UTC, other time zones beside it, and spans such as ``12h``."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.errors import UsageError
from gamekeeper.model.events import FILETIME_EPOCH

if TYPE_CHECKING:
    from numpy.typing import NDArray

LARGE: Final = pa.large_utf8()
#: Ticks of 100 ns.
_TICKS: Final = {
    "m": 600_000_000,
    "h": 36_000_000_000,
    "d": 864_000_000_000,
    "w": 6_048_000_000_000,
}
_SPAN: Final = re.compile(r"([1-9]\d{0,5})\s*([mhdw])", re.IGNORECASE)
#: Zones change their offset at a quarter of an hour.
_QUARTER_US: Final = 900_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def ticks(text: str) -> int:
    """Return the length of a span in ticks of 100 ns.

    >>> ticks("12h") == 12 * 36_000_000_000
    True
    """
    found = _SPAN.fullmatch(text.strip())
    if not found:
        raise UsageError(f"{text!r} is no span of time; write 90m, 12h, 1d or 2w")
    return int(found[1]) * _TICKS[found[2].lower()]


def written(filetime: int) -> str:
    """Return a moment as people write it, to the second, in UTC; no date where no calendar has it."""
    try:
        moment = _EPOCH + timedelta(microseconds=(filetime - FILETIME_EPOCH) // 10)
    except OverflowError:
        return "a moment in no calendar"
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")


def iso(stamps: pa.Array, zone: str = "UTC") -> pa.Array:
    """Return moments (``timestamp[us, UTC]``) as ISO 8601 text of a zone, with its offset; null stays."""
    micros = pc.cast(stamps, pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    quarters, places = np.unique(micros // _QUARTER_US, return_inverse=True)
    offsets = _offsets(quarters, zone)
    local = pa.array(micros + offsets[places] * 1_000_000, pa.timestamp("us"))
    text = pc.utf8_replace_slice(pc.cast(local, LARGE), 10, 11, "T")
    ends = pa.array([_written_offset(int(seconds)) for seconds in offsets], LARGE)
    whole = pc.binary_join_element_wise(text, ends.take(pa.array(places)), pa.scalar("", LARGE))
    return pc.if_else(pc.is_valid(stamps), whole, pa.scalar(None, LARGE))


def _offsets(quarters: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """Return the offset of a zone from UTC in seconds, for each quarter of an hour since 1970."""
    if zone == "UTC":
        return np.zeros(len(quarters), np.int64)
    place = ZoneInfo(zone)
    return np.array([_offset(int(quarter), place) for quarter in quarters], np.int64)


def _offset(quarter: int, place: ZoneInfo) -> int:
    try:
        moment = _EPOCH + timedelta(microseconds=quarter * _QUARTER_US)
        offset = moment.astimezone(place).utcoffset()
    except OverflowError:
        return 0  # a year that Python's calendar does not have
    return int((offset or timedelta()).total_seconds())


def _written_offset(seconds: int) -> str:
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return f"{'-' if seconds < 0 else '+'}{hours:02}:{minutes:02}"
