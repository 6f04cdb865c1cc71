"""Events under ECS names, and that the SQL view says the same of each."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from fakes.windows import SECURITY, SYSMON, SYSTEM, Told
from gamekeeper.hunt.api import read_events
from gamekeeper.model.ecs import ecs_columns, ecs_sql
from gamekeeper.model.ecs.mapping import choices, names
from gamekeeper.model.events import EventBatch

POWERSHELL = ("Windows PowerShell", "PowerShell")
MEMBER = {
    "TargetUserName": "Administrators",
    "TargetDomainName": "Builtin",
    "TargetSid": "S-1-5-32-544",
    "MemberName": "-",
    "MemberSid": "S-1-5-21-1-2-3-1104",
    "SubjectUserName": "anna",
    "SubjectDomainName": "EXAMPLE",
    "SubjectUserSid": "S-1-5-21-1-2-3-1103",
    "SubjectLogonId": "0x5F00A",
}


def told(batch: EventBatch, row: int = 0) -> dict[str, object]:
    """What the view says of one event."""
    rows = ecs_columns(batch, list(names())).slice(row, 1).to_pylist()
    return {name: value for name, value in rows[0].items() if value is not None}


def agree(batch: EventBatch) -> None:
    """Assert that SQL says the same as the columns, name by name."""
    listed = list(choices(batch.dataset))
    ours = ecs_columns(batch, listed)
    with duckdb.connect(":memory:") as connection:
        connection.register("t", pa.table(batch.table))
        chosen = ", ".join(f'{ecs_sql(batch.dataset, name)} AS "{name}"' for name in listed)
        theirs = connection.sql(f"SELECT {chosen} FROM t").to_arrow_table()
    for name in listed:
        assert ours.column(name).to_pylist() == theirs.column(name).to_pylist(), name


def test_a_process_is_the_same_in_sysmon_and_security() -> None:
    sysmon = Told().event(
        SYSMON,
        1,
        ProcessGuid="{41c8662e-1f61-5f25-0000-0020e7030000}",
        ProcessId="500",
        Image="C:\\Windows\\System32\\cmd.exe",
        CommandLine="cmd /c whoami",
        User="EXAMPLE\\anna",
        ParentProcessId="400",
        ParentImage="C:\\Windows\\explorer.exe",
        Hashes="SHA1=AA,MD5=BB",
        LogonId="0x5f00a",
    )
    security = Told().event(
        SECURITY,
        4688,
        NewProcessId="0x1f4",
        NewProcessName="C:\\Windows\\System32\\cmd.exe",
        CommandLine="cmd /c whoami",
        ProcessId="0x190",
        ParentProcessName="C:\\Windows\\explorer.exe",
        SubjectUserName="anna",
        SubjectDomainName="EXAMPLE",
        SubjectUserSid="S-1-5-21-1-2-3-1103",
        SubjectLogonId="0x5F00A",
        TargetUserName="-",
        TargetUserSid="S-1-0-0",
    )
    first, second = told(sysmon.batch()), told(security.batch())
    shared = {
        "event.action": "created-process",
        "event.category": "process",
        "host.name": "ws01",
        "user.name": "anna",
        "user.domain": "EXAMPLE",
        "process.pid": 500,
        "process.executable": "C:\\Windows\\System32\\cmd.exe",
        "process.name": "cmd.exe",
        "process.command_line": "cmd /c whoami",
        "process.parent.pid": 400,
        "process.parent.name": "explorer.exe",
        "winlog.logon.id": "0x5f00a",
    }
    assert first.items() >= shared.items()
    assert second.items() >= shared.items()
    assert first["process.hash.sha1"] == "aa"
    assert first["process.entity_id"] == "{41C8662E-1F61-5F25-0000-0020E7030000}"
    assert second["user.id"] == "S-1-5-21-1-2-3-1103"
    assert "winlog.subject.name" not in second


def test_a_process_that_runs_as_somebody_else_names_both() -> None:
    batch = Told().event(
        SECURITY,
        4688,
        SubjectUserName="WS01$",
        SubjectUserSid="S-1-5-18",
        TargetUserName="anna",
        TargetDomainName="EXAMPLE",
        TargetUserSid="S-1-0-0",
        TargetLogonId="0x77",
    )
    said = told(batch.batch())
    assert (said["user.name"], said["winlog.subject.name"]) == ("anna", "WS01$")
    # The target's SID is not given; the subject's would be somebody else's.
    assert "user.id" not in said
    assert said["winlog.logon.id"] == "0x77"


def test_a_logon_has_source_kind_and_outcome() -> None:
    batch = Told().event(
        SECURITY,
        4624,
        system={"Keywords": "0x8020000000000000"},
        TargetUserName="anna",
        TargetDomainName="EXAMPLE",
        TargetUserSid="S-1-5-21-1-2-3-1103",
        TargetLogonId="0x5f00a",
        LogonType="3",
        IpAddress="::ffff:10.0.0.7",
        IpPort="0",
        WorkstationName="-",
    )
    said = told(batch.batch())
    assert (said["winlog.logon.type"], said["event.outcome"]) == ("Network", "success")
    assert said["source.ip"] == "10.0.0.7"
    assert not said.keys() & {"source.port", "source.domain"}


def test_a_group_and_its_new_member_are_told_apart() -> None:
    said = told(Told().event(SECURITY, 4732, **MEMBER).batch())
    assert (said["group.name"], said["group.id"]) == ("Administrators", "S-1-5-32-544")
    assert said["user.target.id"] == "S-1-5-21-1-2-3-1104"
    assert (said["user.name"], said["event.action"]) == ("anna", "added-member-to-group")


def test_what_an_object_is_depends_on_its_kind() -> None:
    batch = (
        Told()
        .event(SECURITY, 4663, ObjectType="Key", ObjectName="\\REGISTRY\\MACHINE\\SAM\\SAM")
        .event(SECURITY, 4663, ObjectType="File", ObjectName="C:\\a\\ntds.dit")
        .batch()
    )
    key, file = told(batch, 0), told(batch, 1)
    assert (key["registry.path"], key["registry.key"]) == ("HKLM\\SAM\\SAM", "SAM\\SAM")
    assert (file["file.path"], file["file.name"]) == ("C:\\a\\ntds.dit", "ntds.dit")
    assert "file.path" not in key
    assert "registry.path" not in file


def test_a_registry_value_is_cut_where_sysmon_and_security_put_it() -> None:
    sysmon = Told().event(
        SYSMON, 13, EventType="SetValue", TargetObject="HKLM\\SOFTWARE\\Run\\a", Details="x.exe"
    )
    security = Told().event(
        SECURITY,
        4657,
        ObjectName="\\REGISTRY\\MACHINE\\SOFTWARE\\Run",
        ObjectValueName="a",
        NewValue="x.exe",
    )
    picked = ("registry.path", "registry.hive", "registry.key", "registry.value")
    first, second = told(sysmon.batch()), told(security.batch())
    assert [first[name] for name in picked] == [
        "HKLM\\SOFTWARE\\Run\\a",
        "HKLM",
        "SOFTWARE\\Run",
        "a",
    ]
    assert [second[name] for name in picked] == [first[name] for name in picked]
    assert first["registry.data.strings"] == second["registry.data.strings"] == "x.exe"


def test_an_event_id_means_what_its_provider_says() -> None:
    batch = (
        Told()
        .event(("System", "Service Control Manager"), 7001, param1="Spooler")
        .event(("System", "Microsoft-Windows-Winlogon"), 7001, UserSid="S-1-5-21-1-2-3-1103")
        .event(("System", "Somebody else"), 7001, param1="x")
        .batch()
    )
    assert told(batch, 0)["service.name"] == "Spooler"
    assert told(batch, 1)["user.id"] == "S-1-5-21-1-2-3-1103"
    assert not told(batch, 2).keys() & {"service.name", "user.id", "event.action"}
    agree(batch)


def test_a_repeated_field_gives_the_first_that_can_be_read() -> None:
    details = "\tDetailTotal=1\r\n\tUserId=EXAMPLE\\anna\r\n\tHostApplication=powershell -nop\r\n"
    batch = (
        Told()
        .event(
            POWERSHELL,
            800,
            ("Data", "Pipeline"),
            ("Data", details),
            ("Data", "\nHostApplication=b"),
        )
        .event(POWERSHELL, 800, ("Data", "Pipeline"))
        .batch()
    )
    said = told(batch)
    assert (said["user.name"], said["process.command_line"]) == ("anna", "powershell -nop")
    assert "user.name" not in told(batch, 1)
    agree(batch)


def test_a_lock_out_names_the_computer_that_the_failures_came_from() -> None:
    said = told(
        Told().event(SECURITY, 4740, TargetUserName="anna", TargetDomainName="WS07").batch()
    )
    assert (said["source.domain"], said["user.target.name"]) == ("WS07", "anna")
    assert "user.target.domain" not in said


def test_columns_are_in_the_order_asked_and_of_their_type() -> None:
    batch = Told().event(SYSTEM, 6005).batch()
    columns = ecs_columns(batch, ("process.pid", "source.ip", "event.code"))
    assert columns.schema.names == ["process.pid", "source.ip", "event.code"]
    assert columns.schema.field(0).type == pa.int64()
    assert columns.column("event.code").to_pylist() == ["6005"]
    assert columns.column("source.ip").null_count == 1


def test_values_that_become_equal_share_a_code() -> None:
    batch = (
        Told()
        .event(SECURITY, 4624, IpAddress="10.0.0.7")
        .event(SECURITY, 4624, IpAddress="::ffff:10.0.0.7")
        .batch()
    )
    column = ecs_columns(batch, ("source.ip",)).column(0)
    assert column.dictionary.to_pylist() == ["10.0.0.7"]
    assert column.to_pylist() == ["10.0.0.7", "10.0.0.7"]


def test_a_batch_without_rows_has_a_view() -> None:
    batch = Told().event(SECURITY, 4624).batch()
    empty = EventBatch(batch.dataset, batch.table.slice(0, 0))
    assert ecs_columns(empty, list(names())).num_rows == 0


@pytest.mark.corpus
@pytest.mark.parametrize("folder", ["evtx", "evtx-broken"])
def test_columns_and_sql_agree_on_every_real_event(corpus: Path, folder: str) -> None:
    seen = 0
    for batch in read_events(corpus / folder):
        agree(batch)
        seen += len(batch)
    assert seen > 100


def test_access_that_a_policy_server_granted_has_the_station_that_called() -> None:
    batch = Told().event(
        SECURITY,
        6272,
        system={"Keywords": "0x8020000000000000"},
        SubjectUserName="EXAMPLE\\anna",
        SubjectDomainName="EXAMPLE",
        CallingStationID="203.0.113.9",
        NASIPv4Address="10.0.0.1",
        NASPortType="Virtual",
    )
    said = told(batch.batch())
    assert (said["user.name"], said["user.domain"]) == ("anna", "EXAMPLE")
    assert (said["source.ip"], said["destination.ip"]) == ("203.0.113.9", "10.0.0.1")
    assert (said["event.action"], said["event.outcome"]) == ("network-access-granted", "success")
    wireless = Told().event(SECURITY, 6272, CallingStationID="00-1A-2B-3C-4D-5E")
    assert "source.ip" not in told(wireless.batch())
