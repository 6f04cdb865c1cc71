"""Who reached which host, by whose word."""

from __future__ import annotations

from tests.fakes.facts import NEW_YEAR, SECOND, event, gathered

from gamekeeper.integrity.gathering.meetings import KINDS, Meetings
from gamekeeper.model.build import Event

SYSMON = "Microsoft-Windows-Sysmon/Operational"


def meetings(*events: Event) -> list[tuple[str, str, str, str]]:
    rows = gathered(Meetings(), events).to_pylist()
    return [(KINDS[row["kind"]], row["by"], row["target"], row["client"]) for row in rows]


def logon(record: int, time: int = NEW_YEAR, **data: str) -> Event:
    given = {"LogonType": "3", "IpAddress": "10.0.0.5", **data}
    return event(record, time, 4624, host="FS01.corp.example", data=given)


def test_a_logon_over_the_network_is_the_targets_own_word() -> None:
    assert meetings(logon(1)) == [("logon", "fs01", "fs01", "10.0.0.5")]


def test_logons_at_the_desk_and_from_nowhere_are_no_meetings() -> None:
    assert meetings(logon(1, LogonType="2"), logon(2, IpAddress="-")) == []


def test_a_ticket_names_the_machine_that_it_is_for() -> None:
    data = {"ServiceName": "FS01$", "IpAddress": "::ffff:10.0.0.5"}
    assert meetings(event(1, NEW_YEAR, 4769, data=data)) == [("ticket", "dc01", "fs01", "10.0.0.5")]
    assert meetings(event(1, NEW_YEAR, 4769, data={**data, "ServiceName": "krbtgt"})) == []


def test_a_ticket_for_the_host_that_gives_it_is_no_meeting() -> None:
    data = {"ServiceName": "DC01$", "IpAddress": "::ffff:10.0.0.5"}
    assert meetings(event(1, NEW_YEAR, 4769, data=data)) == []


def test_a_machines_ticket_for_itself_is_no_meeting() -> None:
    data = {"ServiceName": "FS01$", "IpAddress": "10.0.0.5", "TargetUserName": "FS01$@EXAMPLE.ORG"}
    assert meetings(event(1, NEW_YEAR, 4769, data=data)) == []
    assert meetings(event(1, NEW_YEAR, 4769, data={**data, "TargetUserName": "WS01$@EXAMPLE.ORG"}))


def test_only_connections_to_ports_of_administration_count() -> None:
    data = {"DestinationHostname": "fs01.corp.example", "SourceIp": "10.0.0.5"}
    rows = [
        event(at, NEW_YEAR, 3, channel=SYSMON, host="ws01", data={**data, "DestinationPort": port})
        for at, port in enumerate(("445", "443"))
    ]
    assert meetings(*rows) == [("connection", "ws01", "fs01", "10.0.0.5")]


def test_meetings_within_ten_minutes_are_one_row_that_leads_to_the_first() -> None:
    rows = gathered(Meetings(), [logon(at, NEW_YEAR + at * SECOND) for at in range(1, 200)])
    assert (rows.num_rows >= 1, rows.to_pylist()[0]["record"]) == (True, 1)
    assert {row["slot"] for row in rows.to_pylist()} == {NEW_YEAR}
