from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gamekeeper.model.build import BatchBuilder
from gamekeeper.model.events import SYSTEM_TEXT_NAMES, Fidelity
from gamekeeper.sources.json.clock import FileClock
from gamekeeper.sources.json.contract import Place
from gamekeeper.sources.json.decode import decode
from gamekeeper.sources.json.faults import BadRecord
from gamekeeper.sources.json.shapes import SHAPES, shape_of
from gamekeeper.sources.json.unwrap import recognise
from gamekeeper.sources.windows_xml import BadXml

GOLDEN = Path(__file__).parents[2] / "golden/sources/json"
CASES = [
    (path.stem, case)
    for path in sorted(GOLDEN.glob("*.yml"))
    for case in yaml.safe_load(path.read_bytes())
]
DOCS = Path(__file__).parents[3] / "docs/reference/json-shapes.md"


@pytest.mark.parametrize(("shape", "case"), CASES, ids=[f"{s}: {c['name']}" for s, c in CASES])
def test_golden(shape: str, case: dict[str, Any]) -> None:
    found = recognise(decode(case["input"].encode()))
    assert found is not None
    record, known = found
    assert known.name == shape
    event = known.to_event(record, Place(source=3, clock=FileClock(), offset=7, record_id=9))
    expected = case["expected"]
    assert event.system == expected["system"]
    assert [list(pair) for pair in event.data] == expected["data"]
    assert event.event_id == expected.get("event_id")
    assert event.event_record_id == expected.get("event_record_id")
    assert event.filetime == expected.get("filetime")
    assert event.time_assumed is expected.get("time_assumed", False)
    assert (event.source, event.offset, event.record_id) == (3, 7, 9)


def test_every_shape_has_golden_cases() -> None:
    assert {shape.name for shape in SHAPES} == {path.stem for path in GOLDEN.glob("*.yml")}


def test_every_shape_is_documented_with_its_fidelity() -> None:
    table = DOCS.read_text("utf-8").partition("| shape |")[2].partition("\n\n")[0]
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    documented = {row.split("`")[1]: row.split("|")[2].strip() for row in rows}
    assert documented == {shape.name: str(shape.fidelity) for shape in SHAPES}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_only_lossy_shapes_name_what_they_lack(shape: Any) -> None:
    assert bool(shape.fields_lacking) is (shape.fidelity is Fidelity.LOSSY)


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"type": "dns", "ts": 1, "uid": "C1"},
        {"Type": "Syslog", "TimeGenerated": "2026-11-22T09:00:00Z", "EventTime": "x"},
        {"eventVersion": "1.08", "eventName": "GetObject", "eventSource": "s3"},
        {"RuleTitle": "x", "Channel": "Sec", "EventID": 4624},
        {"Event": "text"},
        {"winlog": "text"},
    ],
)
def test_objects_that_are_no_windows_event_have_no_shape(record: dict[str, Any]) -> None:
    assert shape_of(record) is None


KEYS = sorted(
    {
        *("Event", "System", "EventData", "UserData", "EventID", "EventId", "event_id", "winlog"),
        *("Channel", "Provider", "Payload", "SourceModuleType", "EventTime", "EventType"),
        *("TimeCreated", "TimeGenerated", "Hostname", "SourceName", "log_name", "event_data"),
        *("user_data", "ActionType", "DeviceName", "Timestamp", "LogName", "ProviderName", "Id"),
        *("Properties", "Message", "_raw", "_time", "EventCode", "data", "win", "system"),
        *("#text", "#attributes", "@Name", "Name", "Guid", "Level", "Keywords", "Execution"),
        *("@timestamp", "UtcTime", "event", "module", "process", "_source", "result", "Type"),
        *(
            "ParameterXml",
            "UserID",
            "RenderingInfo",
            "Data",
            "Value",
            "value",
            "Provider_attributes",
        ),
        *("StringInserts", "Correlation", "RegistryKey", "LogonType", "Xml", "fields", "winlog.x"),
    }
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.text(max_size=12)
    | st.sampled_from(
        [
            *("Microsoft-Windows-Sysmon", "Windows PowerShell", "sysmon", "powershell", "4103"),
            *(
                "ProcessCreated",
                "RegistryValueSet",
                "SecurityEvent",
                "{",
                "<Event",
                "<a>",
                "LogName=",
            ),
            *(
                "2026-11-22T09:00:00Z",
                "9999-12-31 23:59:59",
                "im_msvistalog",
                "LogName=a\nEventCode=1",
            ),
        ]
    )
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6)
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=10))
def test_shapes_take_any_json_and_give_events_that_fit_a_batch(record: dict[str, Any]) -> None:
    check_read_or_rejected(record)


def check_read_or_rejected(record: dict[str, Any]) -> None:
    found = recognise(record)
    if found is None:
        return
    inner, shape = found
    try:
        event = shape.to_event(inner, Place(0, FileClock("Europe/Berlin")))
    except (BadRecord, BadXml):
        return
    assert set(event.system) <= set(SYSTEM_TEXT_NAMES)
    assert all(event.system.values())
    assert all(type(name) is str and name and type(value) is str for name, value in event.data)
    builder = BatchBuilder()
    batches = [*builder.add(event), *builder.flush()]
    assert [len(batch) for batch in batches] == [1]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(CASES), st.integers(0, 200), VALUES)
def test_any_value_in_place_of_a_good_one_is_read_or_rejected(
    case: tuple[str, dict[str, Any]], place: int, value: Any
) -> None:
    record = decode(case[1]["input"].encode())
    holders = [record, *_objects_in(record)]
    slots = [(holder, key) for holder in holders for key in holder]
    holder, key = slots[place % len(slots)]
    holder[key] = value
    check_read_or_rejected(record)


def _objects_in(value: Any) -> list[dict[str, Any]]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [
        found
        for item in inner
        for found in ([item] if isinstance(item, dict) else []) + _objects_in(item)
    ]
