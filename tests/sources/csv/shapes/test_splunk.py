from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from gamekeeper.sources.windows_xml import event_from_xml

XML = "<Event><System><EventID>1</EventID><Channel>System</Channel></System></Event>"
CLASSIC = "11/22/2026 10:00:00 AM\nLogName=System\nEventCode=2\n"


def test_one_search_may_mix_forms_and_the_worst_fidelity_counts(read: Any) -> None:
    found = read(f'_raw,_time\n{XML},\n"{CLASSIC}",\nnothing of the kind,\n')
    assert found.ids == [1, 2]
    assert found.reasons == ["not_an_event"]
    assert found.tally.shape == "splunk_classic+splunk_xml"
    assert found.tally.fidelity == "lossy"
    assert found.adds_up()


def test_classic_text_without_splunks_time_is_read_in_the_named_zone(read: Any) -> None:
    [event] = read(f'_raw,_time\n"{CLASSIC}",\n', source_tz="Europe/Berlin").events
    assert event["event.filetime"] == 134398116000000000
    assert event["event.time_assumed"]


def test_broken_xml_in_raw_rejects_the_row(read: Any) -> None:
    found = read("_raw,_time\n<Event><System>,\n")
    assert found.reasons == ["bad_xml"]
    assert found.rejects[0].raw.startswith(b"<Event>")


@pytest.mark.corpus
def test_real_events_survive_the_way_through_a_column(corpus: Path, read: Any) -> None:
    evtx = pytest.importorskip("evtx")
    for path in sorted((corpus / "evtx").rglob("*.evtx"))[:8]:
        xml = [record["data"] for record in evtx.PyEvtxParser(str(path)).records()]
        sheet = io.StringIO(newline="")
        csv.writer(sheet).writerows([["_raw", "_time"], *([text, "1"] for text in xml)])
        found = read(sheet.getvalue())
        assert found.adds_up()
        assert found.rejects == []
        expected = [event_from_xml(text, source=4, offset=0, record_id=None) for text in xml]
        assert sorted(event["EventRecordID"] for event in found.events) == sorted(
            event.event_record_id or 0 for event in expected
        )
        by_id = {event.event_record_id: event for event in expected}
        for event in found.events:
            values = [
                *(v for v in event.values() if isinstance(v, str)),
                *(value for _, value in event.get("event.rest", [])),
            ]
            assert {value for _, value in by_id[event["EventRecordID"]].data} <= {*values, ""}
