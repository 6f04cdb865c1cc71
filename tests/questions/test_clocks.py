from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.errors import UsageError
from gamekeeper.questions.clocks import iso, ticks, written

STAMP = pa.timestamp("us", tz="UTC")
MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(
    st.lists(MOMENTS, max_size=5),
    st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns"]),
)
def test_a_zone_has_its_own_offset_at_every_moment(moments: list[datetime], zone: str) -> None:
    texts = iso(pa.array([*moments, None], STAMP), zone).to_pylist()
    assert texts.pop() is None
    for moment, text in zip(moments, texts, strict=True):
        assert text == moment.astimezone(ZoneInfo(zone)).isoformat(timespec="microseconds")
        assert datetime.fromisoformat(text) == moment


def test_summer_time_begins_between_two_rows() -> None:
    moments = [datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC)]
    assert iso(pa.array(moments, STAMP), "Europe/Berlin").to_pylist() == [
        "2026-03-29T01:59:59.000000+01:00",
        "2026-03-29T03:00:00.000000+02:00",
    ]


def test_years_that_no_calendar_has_do_no_harm() -> None:
    far = pa.array([-(10**17), 10**18 - 1], pa.int64()).cast(pa.timestamp("us")).cast(STAMP)
    assert len(iso(far, "Europe/Berlin")) == 2


@pytest.mark.parametrize(("text", "hours"), [("1d", 24), ("12h", 12), ("90m", 1.5), ("2W", 336)])
def test_a_span_is_a_number_and_a_unit(text: str, hours: float) -> None:
    assert ticks(text) == hours * 36_000_000_000


@pytest.mark.parametrize("text", ["", "1", "d", "0d", "-1d", "1y", "1.5h", "9999999d"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no span of time"):
        ticks(text)


def test_a_moment_is_written_to_the_second() -> None:
    assert written(134_143_775_991_234_567) == "2026-01-31 23:59:59 UTC"
    assert written(2**62) == "a moment in no calendar"
