from __future__ import annotations

from typing import Any

from gamekeeper.sources.json.clock import FileClock
from gamekeeper.sources.json.contract import Place
from gamekeeper.sources.json.shapes.nxlog import SHAPE

EVENT = {
    "EventTime": "2026-11-22 09:00:00",
    "EventID": 13,
    "Channel": "Microsoft-Windows-Sysmon/Operational",
    "Hostname": "pc-7",
    "SourceModuleType": "im_msvistalog",
}


def fields(**more: Any) -> dict[str, str]:
    event = SHAPE.to_event({**EVENT, **more}, Place(0, FileClock()))
    return dict(event.data)


def test_a_saved_event_type_gives_its_name_back_to_the_event() -> None:
    assert fields(EventTypeOrignal="INFO", EventType="SetValue") == {"EventType": "SetValue"}
    assert fields(EventTypeOriginal="INFO") == {}


def test_nxlog_s_own_event_type_is_no_field() -> None:
    assert fields(EventType="INFO") == {}


def test_levels_come_from_the_event_type() -> None:
    for kind, level in (("ERROR", "2"), ("AUDIT_FAILURE", "0"), ("VERBOSE", "5"), ("INFO", None)):
        event = SHAPE.to_event({**EVENT, "EventType": kind}, Place(0, FileClock()))
        assert event.system.get("Level") == level


def test_the_resolved_account_is_not_the_event_s() -> None:
    resolved = {"UserID": "S-1-5-18", "AccountName": "SYSTEM", "Domain": "NT AUTHORITY"}
    assert fields(**resolved) == {}


def test_forwarders_leave_out_some_of_nxlog_s_keys() -> None:
    short = {"EventTime": "x", "EventID": 1, "Hostname": "pc", "SeverityValue": 2}
    assert SHAPE.matches(short)
    assert not SHAPE.matches({"EventTime": "x", "HostName": "pc", "Type": "Syslog"})
