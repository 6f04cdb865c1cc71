"""Records that carry their own rendering."""

from __future__ import annotations

from dataclasses import replace

from tests.fakes.facts import NEW_YEAR, event, gathered, steady

from gamekeeper.integrity.gathering.rendered import Rendered
from gamekeeper.model.events import RecordState

CULTURE = {"RenderingInfo_Culture": "en-US", "RenderingInfo_Level": "Information"}


def test_rendered_records_are_counted_by_file() -> None:
    events = [
        *steady(1, 20, data=CULTURE),
        *steady(21, 22),
        *steady(1, 3, source=1, data=CULTURE),
    ]
    rows = gathered(Rendered(), events).to_pylist()
    assert rows == [{"source": 0, "events": 20}, {"source": 1, "events": 3}]


def test_a_stale_record_does_not_count() -> None:
    stale = replace(event(1, NEW_YEAR, data=CULTURE), state=RecordState.STALE)
    assert gathered(Rendered(), [stale, event(2, NEW_YEAR)]).num_rows == 0


def test_other_fields_are_no_rendering() -> None:
    assert gathered(Rendered(), [event(1, NEW_YEAR, data={"Message": "x"})]).num_rows == 0
