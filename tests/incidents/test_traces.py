from __future__ import annotations

import numpy as np
import pyarrow as pa

from fakes.windows import SECURITY, SYSMON, Told, batches_of
from gamekeeper.incidents.traces import gather
from gamekeeper.model.traces import TRACE_SCHEMA, Role

TERMINAL = (
    "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational",
    "Microsoft-Windows-TerminalServices-RemoteConnectionManager",
)


def traced(told: Told, *matched: int) -> list[dict[str, object]]:
    (batch,) = batches_of(told._events)
    found = gather(batch, np.array(matched, np.int64))
    return [] if found is None else found.to_pylist()


def test_a_matched_event_is_kept_with_what_links_it_and_a_line_that_tells_it() -> None:
    told = Told().event(
        SYSMON,
        11,
        Image="C:\\x\\a.exe",
        ProcessGuid="{19de6d3b-19a6-64dc-320c-000000000c00}",
        TargetFilename="C:\\x\\b.dmp",
        User="CORP\\ann",
    )
    (row,) = traced(told, 0, 0)
    assert row["role"] == Role.MATCHED
    assert (row["host"], row["user"], row["domain"]) == ("ws01", "ann", "CORP")
    assert row["file_path"] == "C:\\x\\b.dmp"
    assert "b.dmp" in str(row["text"])


def test_starts_of_processes_are_kept_whether_or_not_a_rule_spoke() -> None:
    told = Told().event(
        SECURITY,
        4688,
        NewProcessId="0x10",
        ProcessId="0x8",
        NewProcessName="C:\\x\\a.exe",
        ParentProcessName="C:\\x\\cmd.exe",
        CommandLine="a " + "x" * 5_000,
    )
    (row,) = traced(told)
    assert (row["role"], row["pid"], row["parent_pid"]) == (Role.START, 16, 8)
    assert row["text"] is None
    assert len(str(row["command_line"])) == 600


def test_other_events_that_no_rule_spoke_of_leave_nothing() -> None:
    assert traced(Told().event(SECURITY, 4689, ProcessId="0x8")) == []


def test_logons_over_the_network_are_kept_and_those_of_services_are_not() -> None:
    told = Told()
    for kind in ("3", "5", "10"):
        told.event(SECURITY, 4624, TargetUserName="ann", LogonType=kind, TargetLogonId="0x77")
    assert [row["logon_type"] for row in traced(told)] == ["Network", "RemoteInteractive"]


def test_of_a_computers_own_logons_one_an_address_is_enough() -> None:
    told = Told()
    for address in ("10.0.0.5", "10.0.0.5", "10.0.0.6"):
        told.event(SECURITY, 4624, TargetUserName="WS1$", LogonType="3", IpAddress=address)
    assert [row["source_ip"] for row in traced(told)] == ["10.0.0.5", "10.0.0.6"]


def test_remote_desktops_are_known_from_their_own_log_too() -> None:
    told = Told().event(TERMINAL, 1149, Param1="svc", Param2="CORP", Param3="10.9.9.9")
    (row,) = traced(told)
    assert (row["role"], row["user"], row["source_ip"], row["logon_type"]) == (
        Role.LOGON,
        "svc",
        "10.9.9.9",
        "RemoteInteractive",
    )


def test_traces_have_their_schema() -> None:
    (batch,) = batches_of(Told().event(SYSMON, 1, Image="C:\\x\\a.exe")._events)
    found = gather(batch, np.empty(0, np.int64))
    assert isinstance(found, pa.RecordBatch)
    assert found.schema == TRACE_SCHEMA
