from __future__ import annotations

from datetime import UTC, date, datetime

from gamekeeper.simulate import clock


def test_midnight_is_local() -> None:
    ticks = clock.midnight(date(2026, 3, 2), -6)
    assert clock.to_datetime(ticks) == datetime(2026, 3, 2, 6, tzinfo=UTC)


def test_a_moment_reads_as_sysmon_writes_it() -> None:
    ticks = clock.midnight(date(2026, 3, 2), 0) + 45_678_901
    assert clock.millisecond_text(ticks) == "2026-03-02 00:00:04.567"


def test_unix_seconds_count_from_1970() -> None:
    assert clock.unix_seconds(clock.midnight(date(1970, 1, 2), 0)) == 86_400
