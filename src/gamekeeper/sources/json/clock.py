"""When an exported event happened, and the zone of times that name none.

Many exports write local time without a zone. The instant is then found, in this order, from the record
itself (a second clock in it that is UTC), from the zone that the person named, from what the first
records of the file show, and last as UTC. All but stated zones are marked as assumed.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from gamekeeper.model.events import FILETIME_EPOCH
from gamekeeper.sources.json.text import scalar_of, text_of
from gamekeeper.sources.written_time import Clock, zone_named

if TYPE_CHECKING:
    from gamekeeper.sources.json.text import Record

SECOND: Final = 10_000_000
QUARTER: Final = 900 * SECOND
HOUR: Final = 4 * QUARTER
_DAY_1601: Final = 584_389  # date(1601, 1, 1).toordinal()
_LIMIT: Final = 1 << 63
#: No zone lies further from UTC; a clock of another machine may not shift by more.
_FAR: Final = 14 * HOUR

_TAIL = re.compile(r"(?:[.,](\d+))? ?(?:(Z|z|UTC|GMT)|([+-])(\d\d):?(\d\d))?", re.ASCII)
_MS_DATE = re.compile(r"\\?/Date\((-?\d{1,14})(?:[+-]\d{4})?\)\\?/", re.ASCII)
_OTHER_FORMS: Final = Clock()


@lru_cache(maxsize=4096)
def _whole_seconds(text: str) -> int | None:
    """Return the FILETIME of ``YYYY-MM-DD?HH:MM:SS`` read as UTC. Logs hold many events a second."""
    if len(text) != 19 or text[4] != "-" or text[10] not in "T " or not text.isascii():
        return None
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return None
    if moment.year < 1601:
        return None
    days = moment.toordinal() - _DAY_1601
    return (days * 86_400 + moment.hour * 3600 + moment.minute * 60 + moment.second) * SECOND


def parse_time(value: object) -> tuple[int, bool] | None:
    """Return (FILETIME, whether a zone is stated) of a time in any form that exports write.

    >>> parse_time("1970-01-01T00:00:00.1234567Z"), parse_time("1970-01-01 00:00:01")
    ((116444736001234567, True), (116444736010000000, False))
    """
    if value is None or isinstance(value, bool):
        return None
    text = value if isinstance(value, str) else text_of(scalar_of(value))
    base = _whole_seconds(text[:19])
    if base is not None:  # the two commonest forms, without a regular expression
        length = len(text)
        if length == 19:
            return base, False
        digits = text[20:23]
        if text[19] == "." and digits.isascii() and digits.isdigit():
            if length == 23 and len(digits) == 3:
                return base + int(digits) * 10_000, False
            if length == 24 and text[23] == "Z":
                return base + int(digits) * 10_000, True
    tail = _TAIL.fullmatch(text, 19) if base is not None else None
    if base is None or tail is None:
        return _other_form(text)
    fraction, utc, sign, hours, minutes = tail.groups()
    if fraction:
        base += int(fraction[:7].ljust(7, "0"))
    if sign:
        shift = (int(hours) * 60 + int(minutes)) * 60 * SECOND
        base += -shift if sign == "+" else shift
    return (base, utc is not None or sign is not None) if 0 <= base < _LIMIT else None


def as_utc(value: object) -> object:
    """Return a time that is UTC by definition (an event's ``SystemTime``) with its zone spelled out."""
    parsed = parse_time(value) if isinstance(value, str) else None
    return f"{value}Z" if parsed is not None and not parsed[1] else value


def _other_form(text: str) -> tuple[int, bool] | None:
    """Read PowerShell's ``/Date(ms)/``, epochs and the forms of other countries."""
    if len(text) > 64:
        return None
    found = _MS_DATE.fullmatch(text)
    if found:
        ticks, stated = int(found[1]) * 10_000 + FILETIME_EPOCH, True
    else:
        written = _OTHER_FORMS.read(text)
        if written is None:
            return None
        ticks, stated = written.filetime, not written.zone_assumed
    return (ticks, stated) if 0 <= ticks < _LIMIT else None


def _quarters(difference: int, *, at_most: int = _FAR) -> int | None:
    """Return a difference between two clocks as the zone it shows: whole quarter hours, or None."""
    shift = (difference + QUARTER // 2) // QUARTER * QUARTER
    return shift if abs(shift) <= at_most else None


def shift_shown(record: Record, local: int) -> int | None:
    """Return what must be added to a record's local time, where the record shows it.

    Sysmon writes its own ``UtcTime``. A pipeline writes when it received the record twice: in the
    local time of the agent (``EventReceivedTime``) and in UTC (``@timestamp``); both lie seconds apart.
    """
    sysmon = parse_time(record["UtcTime"]) if "UtcTime" in record else None
    if sysmon is not None:
        # Half-day clocks ("hh" for "HH") are repaired by this, too.
        return _quarters(sysmon[0] - local, at_most=2 * _FAR)
    pipeline = parse_time(record["@timestamp"]) if "@timestamp" in record else None
    if pipeline is None or not pipeline[1]:
        return None
    received = parse_time(record.get("EventReceivedTime"))
    return _quarters(pipeline[0] - (local if received is None else received[0]))


@lru_cache(maxsize=4096)
def _zone_shift(name: str, quarter: int) -> int:
    """Return what turns a zone's local time into UTC, for one quarter hour of local time.

    In the hour that a clock change repeats the first pass counts; in the hour that it skips, the
    offset from before the change.
    """
    wall = datetime(1601, 1, 1, tzinfo=UTC) + timedelta(seconds=quarter * 900)
    offset = wall.replace(tzinfo=zone_named(name)).utcoffset()
    return -int(offset.total_seconds()) * SECOND if offset else 0


@dataclass(frozen=True, slots=True)
class FileClock:
    """How the times of one file are read."""

    zone: str = "UTC"
    file_shift: int | None = None  # what the file's first records show

    def read(self, value: object, record: Record) -> tuple[int | None, bool]:
        """Return (FILETIME or None, whether its zone was assumed)."""
        parsed = parse_time(value)
        if parsed is None:
            return None, False
        ticks, stated = parsed
        if stated:
            return ticks, False
        ticks += self._shift(ticks, record)
        return (ticks, True) if 0 <= ticks < _LIMIT else (None, False)

    def _shift(self, local: int, record: Record) -> int:
        shown = shift_shown(record, local)
        if shown is not None:
            return shown
        if self.zone == "UTC" and self.file_shift is not None:
            return self.file_shift
        try:
            return _zone_shift(self.zone, local // QUARTER)
        except OverflowError:  # beyond the year 9999
            return 0


#: The keys under which flat exports write an event's time, in order of preference.
TIME_KEYS: Final = ("EventTime", "TimeCreated", "SystemTime", "TimeGenerated")


def survey(records: list[Record]) -> tuple[int | None, str]:
    """Return (the shift that a file's first records show for zoneless times, a note for people)."""
    shifts: Counter[int] = Counter()
    apart: Counter[int] = Counter()
    for record in records:
        value = next((record[key] for key in TIME_KEYS if key in record), None)
        parsed = parse_time(value)
        shift = None if parsed is None else shift_shown(record, parsed[0])
        if parsed is None or shift is None:
            continue
        if not parsed[1]:
            shifts[shift] += abs(shift) <= _FAR
        elif shift and "UtcTime" in record:
            apart[shift] += 1
    if apart:
        hours = apart.most_common(1)[0][0] / HOUR
        return None, (
            f"times are marked as UTC but Sysmon's own UtcTime lies {hours:+g} h from them: "
            "the exporting clock was not UTC; times are kept as stated"
        )
    best = next((shift for shift, count in shifts.most_common(1) if count), None)
    if best is None:
        return None, ""
    return best, f"times name no zone; the records themselves show UTC{-best / HOUR:+g} h"
