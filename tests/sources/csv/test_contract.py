from __future__ import annotations

import pytest

from gamekeeper.sources.csv.contract import Header, require, variant_of
from gamekeeper.sources.json.faults import BadRecord
from gamekeeper.sources.json.shapes import sentinel


def test_names_lose_the_zone_and_keep_it_apart() -> None:
    header = Header((" TimeGenerated [UTC]", "Time [Local Time]", "a[0]"))
    assert header.names == ("TimeGenerated", "Time", "a[0]")
    assert header.utc == {"TimeGenerated"}
    assert header.times == ("TimeGenerated", "Time")
    assert header.known == {"TimeGenerated", "Time", "a[0]"}


def test_rows_become_objects() -> None:
    header = Header(("a", "b", "a"))
    assert header.record(["1", "", "2"], "", keep_empty=False) == {"a": ["1", "2"]}
    assert header.record(["1", "", ""], "", keep_empty=True) == {"a": ["1", ""], "b": ""}
    assert header.record(["1", "2", "3", "4"], "more", keep_empty=False) == {
        "a": ["1", "3"],
        "b": "2",
        "more": "4",
    }


def test_a_missing_cell_rejects_the_row() -> None:
    require({"a": "1"}, "a")
    with pytest.raises(BadRecord) as caught:
        require({"a": ""}, "a")
    assert caught.value.reason == "not_an_event"


def test_a_json_shape_lends_its_fidelity() -> None:
    found = variant_of(sentinel.SHAPE)
    assert (found.name, found.fidelity) == ("sentinel", "lossy")
    assert "EventRecordID" in found.fields_lacking
