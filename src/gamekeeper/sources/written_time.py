"""Times as people's exports write them, to FILETIME: ISO, epoch, and the two orders of day and month.

A time without a zone is read in the zone that the person named; the caller learns that it was assumed.
Fractions are kept to 100 ns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gamekeeper.errors import UsageError
from gamekeeper.model.events import FILETIME_EPOCH

_START: Final = datetime(1601, 1, 1, tzinfo=UTC)
_DAY_1601: Final = _START.toordinal()
_TICKS: Final = 10_000_000  # FILETIME units a second

_CLOCK: Final = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:\s?(?P<half>[AaPp])\.?[Mm]\.?)?"
)
_ZONE: Final = r"\s?(?P<zone>[Zz]|UTC|GMT|[+-]\d\d:?\d\d)?"
_BETWEEN: Final = r"(?:[T_]|,? (?:@ |at )?|\s+)"
_ISO: Final = re.compile(
    rf"(?P<year>\d{{4}})[-/](?P<month>\d{{1,2}})[-/](?P<day>\d{{1,2}}){_BETWEEN}{_CLOCK}{_ZONE}",
    re.ASCII,
)
_NUMBERS: Final = re.compile(
    rf"(?P<first>\d{{1,2}})(?P<mark>[/.-])(?P<other>\d{{1,2}})(?P=mark)(?P<year>\d{{4}})"
    rf"{_BETWEEN}{_CLOCK}{_ZONE}",
    re.ASCII,
)
_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
_MONTH_NAME: Final = re.compile(
    rf"(?P<name>[A-Za-z]{{3}})[a-z]{{0,6}}\.? (?P<day>\d{{1,2}}), (?P<year>\d{{4}}){_BETWEEN}{_CLOCK}{_ZONE}",
    re.ASCII,
)
_EPOCH: Final = re.compile(r"(?P<whole>\d{9,19})(?:\.(?P<fraction>\d{1,9})\d*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class WrittenTime:
    """A time that was read: FILETIME, and whether its zone is an assumption."""

    filetime: int
    zone_assumed: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """How to read what an export leaves open: the zone of bare times, and the order of day and month."""

    zone: tzinfo = UTC
    day_first: bool = False

    def read(self, text: str) -> WrittenTime | None:
        """Return the time that ``text`` writes, or None where it writes none.

        >>> Clock().read("11/22/2026 09:00:00 AM").zone_assumed
        True
        """
        text = _plain(text)
        if match := _ISO.fullmatch(text):
            return self._at(match, int(match["month"]), int(match["day"]))
        if match := _NUMBERS.fullmatch(text):
            first, other = int(match["first"]), int(match["other"])
            month, day = (other, first) if self._is_day_first(match) else (first, other)
            return self._at(match, month, day)
        if match := _MONTH_NAME.fullmatch(text):
            name = match["name"].lower()
            return (
                self._at(match, _MONTHS.index(name) + 1, int(match["day"]))
                if name in _MONTHS
                else None
            )
        if match := _EPOCH.fullmatch(text):
            return _from_epoch(match)
        return None

    def _is_day_first(self, match: re.Match[str]) -> bool:
        first, other = int(match["first"]), int(match["other"])
        if first > 12 or other > 12:
            return first > 12
        return self.day_first or match["mark"] == "."  # dots are never the American order

    def _at(self, match: re.Match[str], month: int, day: int) -> WrittenTime | None:
        ticks = _local_ticks(match, month, day)
        if ticks is None:
            return None
        zone = match["zone"]
        if zone is None:
            return _in_zone(ticks, self.zone)
        filetime = ticks - _offset_seconds(zone) * _TICKS
        return WrittenTime(filetime, zone_assumed=False) if filetime >= 0 else None


def shows_day_first(text: str) -> bool | None:
    """Whether a date like 22/11/2026 proves its order: True day first, False month first, None open."""
    match = _NUMBERS.fullmatch(_plain(text))
    if match is None:
        return None
    if match["mark"] == "." or int(match["first"]) > 12:
        return True
    return False if int(match["other"]) > 12 else None


def is_order_open(text: str) -> bool:
    """Whether the text is a date of two numbers and a year in which either could be the day."""
    return _NUMBERS.fullmatch(_plain(text)) is not None and shows_day_first(text) is None


def with_order(text: str, *, day_first: bool) -> str:
    """Return a date of two numbers and a year in ISO order, its zone or lack of one kept; else the text.

    >>> with_order("3/4/2026, 9:00:00.5 PM", day_first=True)
    '2026-04-03T21:00:00.5000000'
    """
    match = _NUMBERS.fullmatch(_plain(text))
    if match is None:
        return text
    written = Clock(day_first=day_first).read(text)
    if written is None:
        return text
    seconds, fraction = divmod(
        written.filetime + _offset_seconds(match["zone"] or "Z") * _TICKS, _TICKS
    )
    moment = _START + timedelta(seconds=seconds)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{fraction:07}{match['zone'] or ''}"


def _plain(text: str) -> str:
    """Return a text without the spaces and marks that newer renderers put into times."""
    return text.strip().replace("\u202f", " ").replace("\u200e", "")


def filetime_from_iso(text: str) -> int | None:
    """Return the FILETIME of an ISO time in UTC unless it says otherwise; None where it is none.

    >>> filetime_from_iso("1601-01-01T00:00:00.000000100Z")
    1
    """
    match = _ISO.fullmatch(text.strip())
    if match is None:
        return None
    ticks = _local_ticks(match, int(match["month"]), int(match["day"]))
    filetime = -1 if ticks is None else ticks - _offset_seconds(match["zone"] or "Z") * _TICKS
    return filetime if filetime >= 0 else None


@lru_cache(maxsize=16)
def zone_named(name: str) -> tzinfo:
    """Return the time zone of that name in the IANA database."""
    if name.upper() in ("UTC", "Z", "GMT"):
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = f"no time zone is called {name!r}; write one like Europe/Berlin or UTC"
        raise UsageError(message) from error


def _local_ticks(match: re.Match[str], month: int, day: int) -> int | None:
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            # Splunk writes "13:05:09 PM" where the collector's locale has a 24-hour clock.
            hour = hour if hour < 24 else 99
        else:
            hour = hour % 12 + (12 if match["half"] in "pP" else 0)
    if hour > 23 or minute > 59 or second > 60:
        return None
    try:
        days = date(int(match["year"]), month, day).toordinal() - _DAY_1601
    except ValueError:
        return None
    seconds = days * 86_400 + hour * 3_600 + minute * 60 + second
    ticks = seconds * _TICKS + int((match["fraction"] or "").ljust(7, "0")[:7])
    return ticks if ticks >= 0 else None


def _in_zone(ticks: int, zone: tzinfo) -> WrittenTime | None:
    seconds, fraction = divmod(ticks, _TICKS)
    if zone is not UTC:
        try:
            # Added up, since the platform's own clock stops at 1970 on some systems.
            shift = (_START + timedelta(seconds=seconds)).replace(tzinfo=zone).utcoffset()
        except OverflowError:
            return None
        seconds -= int(shift.total_seconds()) if shift else 0
    return WrittenTime(seconds * _TICKS + fraction, zone_assumed=True) if seconds >= 0 else None


def _offset_seconds(zone: str) -> int:
    if zone[0] not in "+-":
        return 0
    seconds = int(zone[1:3]) * 3_600 + int(zone[-2:]) * 60
    return -seconds if zone[0] == "-" else seconds


def _from_epoch(match: re.Match[str]) -> WrittenTime:
    """Read seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their length."""
    whole, digits = int(match["whole"]), len(match["whole"])
    scale = 0 if digits <= 11 else 3 if digits <= 14 else 6 if digits <= 17 else 9
    tail = (match["fraction"] or "").ljust(7, "0")[:7]
    ticks = whole * _TICKS // 10**scale if scale else whole * _TICKS + int(tail)
    return WrittenTime(ticks + FILETIME_EPOCH, zone_assumed=False)
