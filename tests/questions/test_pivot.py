"""From one thing to all that touches it."""

from __future__ import annotations

import pyarrow as pa
import pytest

from fakes.cases import case_of
from fakes.windows import SECURITY, SYSMON, Told
from gamekeeper.questions.pivot import EVENTS, SCHEMA, pivot
from gamekeeper.questions.subject import Thing
from gamekeeper.store.case import Case
from gamekeeper.store.selection import Selection

SID = "S-1-5-21-1-2-3-1103"
GUID, PARENT = "{41C8662E-1F61-5F25-0000-0020E7030000}", "{41C8662E-1F61-5F25-0000-0020E7030001}"
MD5 = "d41d8cd98f00b204e9800998ecf8427e"
CMD, MARK = "C:\\Windows\\System32\\cmd.exe", "C:\\Windows\\System32\\whoami.exe"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    told = Told()
    told.event(
        SECURITY,
        4624,
        host="DC01.example.org",
        TargetUserName="anna",
        TargetDomainName="EXAMPLE",
        TargetUserSid=SID,
        TargetLogonId="0x77",
        IpAddress="::ffff:10.0.0.7",
        WorkstationName="WS01",
        LogonType="3",
    )
    told.event(SECURITY, 4624, host="DC01.example.org", TargetUserName="bob", TargetLogonId="0x78")
    for guid, image, pid in ((PARENT, CMD, "64"), (GUID, MARK, "65")):
        told.event(
            SYSMON,
            1,
            User="EXAMPLE\\anna",
            Image=image,
            ProcessGuid=guid,
            ProcessId=pid,
            ParentProcessGuid=PARENT if guid == GUID else "-",
            LogonId="0x99",
            Hashes=f"MD5={MD5}" if guid == GUID else "MD5=00",
        )
    told.event(
        SYSMON, 3, Image=CMD, ProcessGuid=PARENT, SourceIp="10.0.0.7", DestinationIp="10.0.0.1"
    )
    told.event(
        SECURITY, 4663, ProcessId="0x40", ProcessName=CMD, ObjectType="File", ObjectName="C:\\a"
    )
    told.event(SYSMON, 5, ProcessGuid=PARENT, ProcessId="64", Image=CMD)
    told.event(SECURITY, 4663, host="DC01.example.org", ProcessId="0x40", ProcessName="other.exe")
    return case_of(tmp_path_factory.mktemp("case") / "c", told.batches())


def asked(case: Case, text: str, *, events: bool = False) -> list[dict[str, object]]:
    with case.snapshot() as snapshot:
        answer = pivot(snapshot, Selection(), text, want_events=events)
        assert answer.schema == (EVENTS if events else SCHEMA)
        return list(pa.Table.from_batches(answer.batches, answer.schema).to_pylist())


def roles(case: Case, text: str) -> list[tuple[object, ...]]:
    rows = asked(case, text)
    return [(r["what"], r["event.code"], r["count"]) for r in rows if r["part"] == "events"]


def test_an_account_is_touched_where_its_sid_or_its_name_stands(case: Case) -> None:
    expected = [("as user", "4624", 1), ("as user", "1", 2)]
    assert sorted(roles(case, SID)) == sorted(expected)
    assert roles(case, "EXAMPLE\\anna") == roles(case, "anna@example") == roles(case, SID)


def test_an_address_plays_its_parts_and_is_somebody_s(case: Case) -> None:
    assert roles(case, "10.0.0.7") == [("as source", "4624", 1), ("as source", "3", 1)]
    assert roles(case, "10.0.0.1") == [("as destination", "3", 1)]
    with case.snapshot() as snapshot:
        notes = pivot(snapshot, Selection(), "10.0.0.7").notes
    assert notes == ("address 10.0.0.7", "it was WS01.example.org's")


def test_a_host_is_touched_by_its_own_events_and_by_others(case: Case) -> None:
    found = roles(case, "ws01")
    assert ("as origin", "1", 2) in found
    assert ("as source, by name", "4624", 1) in found
    assert ("as source, by address", "4624", 1) in found
    assert all(row[2] for row in found)


def test_a_hash_a_file_and_a_session_lead_to_their_events(case: Case) -> None:
    assert roles(case, MD5.upper()) == [("as program", "1", 1)]
    program = {(role, code) for role, code, _ in roles(case, CMD.lower())}
    assert program == {("as program", code) for code in ("1", "3", "5", "4663")}
    assert roles(case, "whoami.exe") == [("as program", "1", 1)]
    assert roles(case, "0x99@ws01") == [("as session", "1", 2)]
    assert roles(case, "0x99@dc01") == []


def test_a_process_is_known_by_guid_and_to_other_logs_by_number(case: Case) -> None:
    found = set(roles(case, PARENT))
    assert {("as parent", "1", 1), ("as process", "1", 1), ("as process", "5", 1)} <= found
    assert ("as process, by pid", "4663", 1) in found  # that of dc01 is another's
    assert set(roles(case, "64@ws01")) >= {("as process", "1", 1), ("as process", "4663", 1)}


def test_what_is_related_comes_with_the_rarest_first(case: Case) -> None:
    related = [row for row in asked(case, "10.0.0.7") if row["part"] == "related"]
    bits = [row["bits"] for row in related]
    assert bits == sorted(bits, reverse=True)
    values = {(row["what"], row["value"]): row["count"] for row in related}
    assert values["user.name", "anna"] == 1
    assert values["host.name", "dc01"] == values["process.executable", CMD] == 1
    assert ("source.ip", "10.0.0.7") not in values  # that is where we are
    rare = {row["value"]: row["bits"] for row in related}
    assert rare["10.0.0.1"] > rare["dc01"] > 0


def test_events_come_in_order_of_time_with_their_pointers(case: Case) -> None:
    rows = asked(case, "EXAMPLE\\anna", events=True)
    assert [row["event.code"] for row in rows] == ["4624", "1", "1"]
    assert [row["roles"] for row in rows] == [["as user"]] * 3
    assert [row["event.offset"] for row in rows] == [0, 200, 300]
    assert rows[1]["process.executable"] == CMD
    assert rows[1]["process.pid"] == 64


def test_an_event_with_two_parts_is_one_event(case: Case) -> None:
    (row,) = [r for r in asked(case, GUID, events=True) if r["event.code"] == "1"]
    assert row["roles"] == ["as process"]
    both = [r for r in asked(case, PARENT, events=True) if r["event.code"] == "1"]
    assert [r["roles"] for r in both] == [["as process"], ["as parent"]]


def test_an_address_that_changed_hands_is_a_host_s_for_its_own_time(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    told = Told()
    out = {
        "Initiated": "true",
        "Protocol": "tcp",
        "SourceIp": "10.0.0.7",
        "DestinationIp": "10.0.0.1",
    }
    for host in ("WS01.example.org", "DC01.example.org", "WS02.example.org"):
        for _ in range(2):
            if host.startswith("DC"):
                told.event(SECURITY, 4624, host=host, TargetUserName="a", IpAddress="10.0.0.7")
            else:
                told.event(SYSMON, 3, host=host, **out)
    told.event(SECURITY, 4624, host="DC01.example.org", TargetUserName="a", IpAddress="10.0.0.7")
    case = case_of(tmp_path_factory.mktemp("case") / "c", told.batches())
    assert ("as source, by address", "3", 2) in roles(case, "ws01")
    assert ("as source, by address", "3", 2) in roles(case, "ws02")
    assert not [r for r in roles(case, "ws01") if r[1] == "4624"]  # in nobody's time


def test_a_process_whose_number_no_event_names_is_found_all_the_same(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    told = Told().event(SYSMON, 24, ProcessGuid=GUID).event(SECURITY, 4663, ProcessId="0x1")
    case = case_of(tmp_path_factory.mktemp("case") / "c", told.batches())
    assert roles(case, GUID) == [("as process", "24", 1)]


def test_nothing_is_an_answer_too(case: Case) -> None:
    assert asked(case, "192.0.2.1") == []
    assert asked(case, "192.0.2.1", events=True) == []


def test_a_word_can_be_said_to_be_something(case: Case) -> None:
    with case.snapshot() as snapshot:
        answer = pivot(snapshot, Selection(), "ws01", thing=Thing.FILE)
        assert sum(batch.num_rows for batch in answer.batches) == 0


def test_only_the_selected_events_are_looked_at(case: Case) -> None:
    with case.snapshot() as snapshot:
        answer = pivot(snapshot, Selection(hosts=("dc01",)), SID)
        rows = [row for batch in answer.batches for row in batch.to_pylist()]
    assert {row["host.name"] for row in rows if row["part"] == "events"} == {"dc01"}
