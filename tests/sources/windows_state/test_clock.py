from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gamekeeper.sources.windows_state.clock import date_of, is_time

LAST = 2_650_152_383_999_999_999


@pytest.mark.parametrize("value", [1, 133_500_000_000_000_000, LAST])
def test_times_are_times(value: int) -> None:
    assert is_time(value)
    assert 1601 <= date_of(value).year <= 9998


@pytest.mark.parametrize("value", [0, -1, LAST + 1, 1 << 63, 1 << 64, True, None, "1", 1.5])
def test_other_values_are_none(value: object) -> None:
    assert not is_time(value)


def test_a_date_is_in_utc() -> None:
    assert date_of(133_500_000_000_000_000) == datetime(2024, 1, 17, 21, 20, tzinfo=UTC)
