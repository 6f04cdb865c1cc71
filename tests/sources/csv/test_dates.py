from __future__ import annotations

import pytest

from gamekeeper.sources.csv.contract import Header
from gamekeeper.sources.csv.dates import DateOrder, order_of, times_in

HEADER = Header(("EventID", "Date and Time", "TimeGenerated [UTC]", "Note"))


@pytest.mark.parametrize(
    ("times", "day_first", "note"),
    [
        ([], False, ""),
        (["2026-11-22 09:00:00", "22/11/2026 09:00:00"], True, ""),
        (["11/22/2026 09:00:00"], False, ""),
        (["03/04/2026 09:00:00", "11/22/2026 09:00:00"], False, "month before day: 11/22/2026"),
        (["03/04/2026 09:00:00", "22/11/2026 09:00:00"], True, "day before month: 22/11/2026"),
        (["03/04/2026 09:00:00"], False, "month before day: no row shows"),
    ],
)
def test_the_order_follows_from_the_times(times: list[str], day_first: bool, note: str) -> None:
    found = order_of(times)
    assert found.day_first == day_first
    assert note in found.note
    assert bool(found.note) == bool(note)


def test_only_an_unproved_order_is_open() -> None:
    assert order_of(["03/04/2026 09:00:00"]).is_open
    assert not order_of(["03/04/2026 09:00:00", "22/11/2026 09:00:00"]).is_open
    assert not order_of(["2026-11-22 09:00:00"]).is_open


def test_times_are_rewritten_and_other_cells_left_alone() -> None:
    record = {
        "Date and Time": "3/4/2026 9:00:00 PM",
        "TimeGenerated": "3/4/2026, 9:00 AM",
        "Note": "3/4/2026 9:00",
    }
    DateOrder(day_first=True).apply(record, HEADER)
    assert record == {
        "Date and Time": "2026-04-03T21:00:00.0000000",
        "TimeGenerated": "2026-04-03T09:00:00.0000000Z",
        "Note": "3/4/2026 9:00",
    }
    assert times_in(record, HEADER) == [
        "2026-04-03T21:00:00.0000000",
        "2026-04-03T09:00:00.0000000Z",
    ]
