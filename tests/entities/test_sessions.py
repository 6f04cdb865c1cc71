"""Sessions: from the logon to its end, a machine's start between two of one number."""

from __future__ import annotations

from pathlib import Path

from fakes.cases import case_of
from fakes.windows import SECURITY, Told
from gamekeeper.entities.sessions import SCHEMA, sessions

GUID = "{41C8662E-1F61-5F25-0000-0020E7030000}"


def logon(told: Told, number: str, **more: str) -> None:
    fields = {"TargetUserName": "anna", "TargetLogonId": number, "LogonType": "2", **more}
    told.event(SECURITY, 4624, **fields)


def rows(root: Path, told: Told) -> list[dict[str, object]]:
    with case_of(root / "case", told.batches()).snapshot() as snapshot:
        found = list(sessions(snapshot.database()))
    assert all(batch.schema == SCHEMA for batch in found)
    return [row for batch in found for row in batch.to_pylist()]


def test_a_session_runs_from_its_logon_to_its_end(tmp_path: Path) -> None:
    told = Told()
    logon(
        told, "0x5f00a", TargetLinkedLogonId="0x5F0FF", LogonGuid=GUID, IpAddress="::ffff:10.0.0.7"
    )
    told.event(SECURITY, 4647, TargetUserName="anna", TargetLogonId="0x5F00A")
    told.event(SECURITY, 4634, TargetUserName="anna", TargetLogonId="0x5f00a", LogonType="2")
    (row,) = rows(tmp_path, told)
    assert (row["host.name"], row["winlog.logon.id"], row["user.name"]) == (
        "ws01",
        "0x5f00a",
        "anna",
    )
    assert (row["winlog.logon.type"], row["source.ip"]) == ("Interactive", "10.0.0.7")
    assert (row["linked_logon_id"], row["logon_guid"]) == ("0x5f0ff", GUID)
    assert str(row["event.start"]) == "2026-01-05 08:00:00+00:00"
    assert str(row["event.end"]) == "2026-01-05 08:00:02+00:00"
    assert (row["ended_by"], row["logons"]) == ("logoff", 1)


def test_a_start_of_the_machine_ends_sessions_and_gives_numbers_anew(tmp_path: Path) -> None:
    told = Told()
    logon(told, "0x3e7")
    logon(told, "0x3e7")
    told.event(SECURITY, 4608)
    logon(told, "0x3e7")
    first, second = rows(tmp_path, told)
    assert (first["logons"], first["ended_by"]) == (2, "next start")
    assert str(first["event.end"]) == "2026-01-05 08:00:02+00:00"
    assert (second["logons"], second["ended_by"], second["event.end"]) == (1, None, None)
    assert first["id"] != second["id"]


def test_an_end_without_a_logon_is_a_session_that_began_before(tmp_path: Path) -> None:
    told = Told().event(SECURITY, 4634, TargetUserName="bob", TargetLogonId="0x77", LogonType="10")
    (row,) = rows(tmp_path, told)
    assert (row["event.start"], row["logons"], row["user.name"]) == (None, 0, "bob")
    assert row["winlog.logon.type"] == "RemoteInteractive"


def test_the_start_of_one_machine_is_none_of_another(tmp_path: Path) -> None:
    told = Told()
    logon(told, "0x77")
    told.event(SECURITY, 4608, host="DC01.example.org")
    (row,) = rows(tmp_path, told)
    assert row["ended_by"] is None
