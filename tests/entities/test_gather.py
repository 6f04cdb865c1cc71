"""What a case says of names, asked in SQL and grouped by what is stored."""

from __future__ import annotations

from collections import Counter

import pytest

from fakes.cases import case_of
from fakes.windows import SECURITY, SYSMON, SYSTEM, Told
from gamekeeper.entities import gather
from gamekeeper.entities.entity import Seen
from gamekeeper.store.case import Case

SID = "S-1-5-21-1-2-3-1103"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    told = Told()
    for address in ("10.0.0.7", "::ffff:10.0.0.7"):
        told.event(
            SECURITY,
            4624,
            host="DC01.example.org",
            TargetUserName="WS01$",
            TargetDomainName="EXAMPLE",
            TargetUserSid="S-1-5-21-1-2-3-1113",
            LogonType="3",
            IpAddress=address,
            WorkstationName="-",
            SubjectUserSid="S-1-0-0",
            SubjectUserName="-",
        )
    told.event(
        SECURITY, 4776, host="DC01.example.org", TargetUserName="anna", Workstation="\\\\LAPTOP"
    )
    told.event(
        SECURITY,
        4688,
        SubjectUserSid="S-1-5-18",
        SubjectUserName="WS01$",
        SubjectDomainName="EXAMPLE",
    )
    told.event(
        SECURITY,
        4781,
        OldTargetUserName="OLD$",
        NewTargetUserName="WS01$",
        TargetSid="S-1-5-21-1-2-3-1113",
        TargetDomainName="EXAMPLE",
    )
    told.event(SYSTEM, 6011, ("Data", "OLD"), ("Data", "WS01"))
    told.event(
        SYSMON, 3, Initiated="true", Protocol="tcp", SourceIp="10.0.0.7", DestinationIp="10.0.0.1"
    )
    told.event(
        SYSMON, 3, Initiated="false", Protocol="tcp", SourceIp="10.0.0.9", DestinationIp="10.0.0.7"
    )
    told.event(SYSMON, 1, User="EXAMPLE\\anna", ProcessId="4")
    return case_of(tmp_path_factory.mktemp("case") / "c", told.batches())


def test_accounts_are_named_in_every_role(case: Case) -> None:
    with case.snapshot() as snapshot:
        found = list(gather.namings(snapshot.database()))
    named = Counter[tuple[str, str, str]]()
    for one in found:
        named[one.sid, one.domain, one.name] += one.seen.events
    assert named["S-1-5-21-1-2-3-1113", "EXAMPLE", "WS01$"] == 3  # twice as user, once as target
    assert named["", "", "anna"] == named["", "EXAMPLE", "anna"] == 1
    assert all(n.host in {"dc01", "ws01"} for n in found)


def test_forms_are_applied_after_grouping_and_groups_merged(case: Case) -> None:
    sql = gather.distinct_sql("windows.security", ["source.ip"], '"EventID" = 4624')
    with case.snapshot() as snapshot:
        rows = list(gather.rows(snapshot.database(), sql))
    assert [(row["source.ip"], row["n"]) for row in rows] == [("10.0.0.7", 2)]


def test_computers_are_seen_and_named(case: Case) -> None:
    with case.snapshot() as snapshot:
        database = snapshot.database()
        evidence = gather.host_evidence(database, tuple(gather.namings(database)))
        renames = list(gather.account_renames(database))
    assert {(s.name, s.is_origin) for s in evidence.sightings} == {
        ("DC01.example.org", True),
        ("WS01.example.org", True),
        ("LAPTOP", False),
    }
    assert {(o.computer, o.account, o.domain) for o in evidence.own} == {
        ("WS01.example.org", "WS01$", "EXAMPLE")
    }
    assert {(m.account, m.sid) for m in evidence.machines} >= {("WS01$", "S-1-5-21-1-2-3-1113")}
    assert {(r.old, r.new, r.rule) for r in evidence.renames} == {
        ("OLD", "WS01", "renamed (event 6011)"),
        ("OLD$", "WS01$", "renamed (event 4781)"),
    }
    assert [(r.old, r.new) for r in renames] == [("OLD$", "WS01$")]


def test_addresses_are_bound_by_what_goes_out(case: Case) -> None:
    with case.snapshot() as snapshot:
        found = list(gather.bindings(snapshot.database()))
    assert sorted((b.address, b.host, b.rule) for b in found) == [
        ("10.0.0.7", "WS01", "its own account logged on from there (4624)"),
        ("10.0.0.7", "WS01.example.org", "it connected from there (Sysmon 3)"),
    ]
    assert max(b.seen for b in found) > Seen()
