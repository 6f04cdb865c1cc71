from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.errors import UsageError
from gamekeeper.sources.json.clock import HOUR, SECOND, FileClock, as_utc, parse_time, survey

NINE = 134_398_116_000_000_000  # 2026-11-22T09:00:00Z


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-22T09:00:00Z", (NINE, True)),
        ("2026-11-22 09:00:00", (NINE, False)),
        ("2026-11-22T09:00:00.123Z", (NINE + 1_230_000, True)),
        ("2026-11-22 09:00:00.123", (NINE + 1_230_000, False)),
        ("2026-11-22T09:00:00.1234567Z", (NINE + 1_234_567, True)),
        ("2026-11-22T09:00:00.123456789Z", (NINE + 1_234_567, True)),
        ("2026-11-22 09:00:00 UTC", (NINE, True)),
        ("2026-11-22T10:00:00+01:00", (NINE, True)),
        ("2026-11-22T03:30:00-0530", (NINE, True)),
        (r"\/Date(1795338000000)\/", (NINE, True)),
        ("/Date(1795338000000+0100)/", (NINE, True)),
        (1795338000, (NINE, True)),
        (1795338000.25, (NINE + SECOND // 4, True)),
        (1795338000000, (NINE, True)),
        ({"value": "/Date(1795338000000)/", "DateTime": "x"}, (NINE, True)),
        ("11/22/2026 09:00:00 AM", (NINE, False)),
        ("2026-02-30T09:00:00Z", None),
        ("1600-01-01T00:00:00Z", None),
        ("2026-11-22T09:00:00.12x", None),
        ("٢٠٢٦-11-22T09:00:00Z", None),
        ("yesterday", None),
        (True, None),
        (None, None),
        ([], None),
    ],
)
def test_times_in_the_forms_of_exports(value: object, expected: Any) -> None:
    assert parse_time(value) == expected


def test_a_stated_zone_is_never_assumed() -> None:
    assert FileClock("Europe/Berlin").read("2026-11-22T09:00:00Z", {}) == (NINE, False)


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2026-01-15 10:00:00", "2026-01-15T09:00:00Z"),
        ("2026-07-15 11:00:00", "2026-07-15T09:00:00Z"),
        ("2026-10-25 02:30:00", "2026-10-25T00:30:00Z"),  # happens twice: the first pass
        ("2026-03-29 02:30:00", "2026-03-29T01:30:00Z"),  # never happens: the offset before
    ],
)
def test_local_times_follow_the_named_zone_through_clock_changes(local: str, utc: str) -> None:
    expected = parse_time(utc)
    assert expected is not None
    assert FileClock("Europe/Berlin").read(local, {}) == (expected[0], True)


def test_the_record_itself_goes_before_the_named_zone() -> None:
    record = {"@timestamp": "2026-11-22T09:00:07.2Z", "EventReceivedTime": "2026-11-22 05:00:03"}
    assert FileClock("Asia/Tokyo").read("2026-11-22 05:00:00", record) == (NINE, True)


def test_sysmon_s_own_clock_repairs_a_half_day_clock() -> None:
    record = {"UtcTime": "2026-11-22 09:00:00.100"}
    assert FileClock().read("2026-11-21 05:00:00.101", record)[0] == NINE + 1_010_000


def test_late_delivery_does_not_move_the_event() -> None:
    record = {"@timestamp": "2026-11-22T15:47:00Z", "EventReceivedTime": "2026-11-22 11:46:58"}
    assert FileClock().read("2026-11-22 05:00:00", record) == (NINE, True)


def test_a_pipeline_clock_beyond_any_zone_shows_nothing() -> None:
    record = {"@timestamp": "2026-12-24T15:47:00Z"}
    assert FileClock().read("2026-11-22 09:00:00", record) == (NINE, True)


def test_what_the_file_shows_serves_records_that_show_nothing() -> None:
    clock = FileClock(file_shift=4 * HOUR)
    assert clock.read("2026-11-22 05:00:00", {}) == (NINE, True)
    named = FileClock("Europe/Berlin", file_shift=4 * HOUR)
    assert named.read("2026-11-22 10:00:00", {}) == (NINE, True)


def test_a_zone_that_does_not_exist_is_bad_use() -> None:
    with pytest.raises(UsageError):
        FileClock("Moor/Fen").read("2026-11-22 05:00:00", {})


def test_event_xml_times_are_utc_by_definition() -> None:
    assert as_utc("2026-11-22 09:00:00.1234567") == "2026-11-22 09:00:00.1234567Z"
    assert as_utc("2026-11-22T09:00:00+01:00") == "2026-11-22T09:00:00+01:00"
    assert as_utc(12) == 12


def test_the_survey_finds_the_zone_and_says_so() -> None:
    records: list[dict[str, Any]] = [
        {"EventTime": "2026-11-22 05:00:00", "UtcTime": "2026-11-22 09:00:00.000"},
        {"EventTime": "2026-11-22 05:00:01"},
        {"EventTime": "x"},
    ]
    shift, note = survey(records)
    assert shift == 4 * HOUR
    assert "UTC-4 h" in note


def test_the_survey_doubts_a_zone_that_sysmon_contradicts() -> None:
    shift, note = survey(
        [{"TimeCreated": "2026-11-22T05:00:00Z", "UtcTime": "2026-11-22 09:00:00.000"}]
    )
    assert shift is None
    assert "+4 h" in note


def test_the_survey_is_silent_where_nothing_is_odd() -> None:
    assert survey([{"TimeCreated": "2026-11-22T09:00:00Z", "UtcTime": "2026-11-22 09:00:00"}]) == (
        None,
        "",
    )
    assert survey([]) == (None, "")


@given(st.text(max_size=40) | st.floats() | st.integers())
def test_no_time_raises(value: object) -> None:
    ticks, assumed = FileClock("Europe/Berlin").read(value, {"UtcTime": value, "@timestamp": value})
    assert ticks is None or 0 <= ticks < 2**63
    assert ticks is not None or not assumed
