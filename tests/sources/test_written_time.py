from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.errors import UsageError
from gamekeeper.sources.written_time import (
    Clock,
    filetime_from_iso,
    is_order_open,
    shows_day_first,
    zone_named,
)

START = datetime(1601, 1, 1, tzinfo=UTC)


def ticks(*parts: int) -> int:
    return int((datetime(*parts, tzinfo=UTC) - START) / timedelta(microseconds=1)) * 10


NINE = ticks(2026, 11, 22, 9)


@pytest.mark.parametrize(
    ("text", "filetime", "assumed"),
    [
        ("2026-11-22T09:00:00Z", NINE, False),
        ("2026-11-22T09:00:00.1234567Z", NINE + 1_234_567, False),
        ("2026-11-22T09:00:00.123456789Z", NINE + 1_234_567, False),
        ("2026-11-22T10:30:00.5+01:30", NINE + 5_000_000, False),
        ("2026-11-22 04:00:00 -0500", NINE, False),
        ("2026-11-22 09:00:00 UTC", NINE, False),
        ("2026-11-22 09:00:00", NINE, True),
        ("2026/11/22 09:00", NINE, True),
        ("11/22/2026 09:00:00 AM", NINE, True),
        ("11/22/2026 9:00:00\u202fAM", NINE, True),
        ("11/22/2026, 9:00:00.123 AM", NINE + 1_230_000, True),
        ("11/22/2026 12:00:00 AM", ticks(2026, 11, 22), True),
        ("11/22/2026 12:00:00 PM", ticks(2026, 11, 22, 12), True),
        ("11/22/2026 21:00:00 PM", ticks(2026, 11, 22, 21), True),
        ("22/11/2026 09:00:00", NINE, True),
        ("22.11.2026 09:00:00", NINE, True),
        ("02.11.2026 09:00", ticks(2026, 11, 2, 9), True),
        ("Nov 22, 2026 @ 09:00:00.000", NINE, True),
        ("November 22, 2026 9:00:00 AM", NINE, True),
        ("1795338000", NINE, False),
        ("1795338000.25", NINE + 2_500_000, False),
        ("1795338000250", NINE + 2_500_000, False),
        ("1795338000250000", NINE + 2_500_000, False),
        ("1795338000250000100", NINE + 2_500_001, False),
    ],
)
def test_times_are_read(text: str, filetime: int, assumed: bool) -> None:
    found = Clock().read(text)
    assert found is not None
    assert (found.filetime, found.zone_assumed) == (filetime, assumed)


@pytest.mark.parametrize(
    "text",
    ["", "now", "2026-13-01T00:00:00Z", "2026-02-30 00:00:00", "11/22/2026 25:00:00", "Foo 22, 2026 9:00 AM",
     "1500-01-01T00:00:00Z", "2026-11-22T09:00:00.1234567890Z", "12",
     "13/13/2026 00:00:00", "11/22/2026 24:00 PM", "1601-01-01T00:00:00+01:00"],
)  # fmt: skip
def test_what_is_no_time_is_none(text: str) -> None:
    assert Clock().read(text) is None


def test_a_bare_time_is_read_in_the_zone_that_the_person_named() -> None:
    clock = Clock(zone_named("Europe/Berlin"))
    summer, winter = clock.read("2026-07-01 12:00:00"), clock.read("2026-12-01 12:00:00.0000001")
    assert summer is not None
    assert winter is not None
    assert summer.filetime == ticks(2026, 7, 1, 10)
    assert winter.filetime == ticks(2026, 12, 1, 11) + 1
    assert summer.zone_assumed


def test_the_order_of_day_and_month() -> None:
    american, european = Clock(), Clock(day_first=True)
    text = "03/04/2026 00:00:00"
    assert getattr(american.read(text), "filetime", 0) == ticks(2026, 3, 4)
    assert getattr(european.read(text), "filetime", 0) == ticks(2026, 4, 3)
    assert is_order_open(text)
    assert shows_day_first(text) is None
    assert shows_day_first("22/11/2026 00:00:00") is True
    assert shows_day_first("11/22/2026 00:00:00") is False
    assert shows_day_first("02.03.2026 00:00:00") is True
    assert shows_day_first("2026-11-22 00:00:00") is None
    assert not is_order_open("2026-11-22 00:00:00")


def test_envelope_times_count_from_1601() -> None:
    assert filetime_from_iso("1601-01-01T00:00:00.0000001Z") == 1
    assert (
        filetime_from_iso("2012-03-14 04:17:43.354563") == ticks(2012, 3, 14, 4, 17, 43) + 3_545_630
    )
    assert filetime_from_iso("11/22/2026 09:00:00") is None


def test_an_unknown_zone_is_bad_use() -> None:
    for name in ("Mars/Base", "", "../etc/passwd", "a\x00b"):
        with pytest.raises(UsageError, match="no time zone"):
            zone_named(name)


@given(st.integers(0, 250_000_000_000 * 1_000_000), st.integers(0, 9))
def test_iso_times_come_back(micros: int, tenth: int) -> None:
    moment = (START + timedelta(microseconds=micros)).replace(tzinfo=None)
    text = f"{moment.isoformat(timespec='microseconds')}{tenth}Z"
    assert filetime_from_iso(text) == micros * 10 + tenth


@given(
    st.text(alphabet="0123456789/-.:, TZPMAamp+@Nov"), st.sampled_from(["UTC", "America/New_York"])
)
def test_any_text_is_a_time_or_none(text: str, zone: str) -> None:
    found = Clock(ZoneInfo(zone)).read(text)
    assert found is None or found.filetime >= 0
