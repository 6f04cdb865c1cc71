"""What an event says about a process, under ECS's names."""

from __future__ import annotations

from gamekeeper.model.events import FILETIME_EPOCH
from gamekeeper.questions.processes.log import SECURITY, SYSMON
from gamekeeper.questions.processes.rows import moment, own_id, told, told_of_parent


def test_a_4688_names_the_target_where_it_is_somebody_else() -> None:
    fields: dict[str, object] = {
        "event.dataset": SECURITY,
        "NewProcessName": "C:\\A\\Run.exe",
        "SubjectUserName": "alice",
        "SubjectDomainName": "EX",
        "SubjectLogonId": "0x1",
        "TargetUserName": "-",
        "TargetLogonId": "0x0",
        "MandatoryLabel": "S-1-16-12288",
    }
    told_one = told(fields)
    assert (told_one["user.name"], told_one["winlog.logon.id"]) == ("alice", "0x1")
    assert told_one["process.integrity_level"] == "High"
    assert told_one["process.name"] == "Run.exe"
    other = told(
        fields | {"TargetUserName": "bob", "TargetDomainName": "EX", "TargetLogonId": "0x2"}
    )
    assert (other["user.name"], other["winlog.logon.id"]) == ("bob", "0x2")


def test_sysmons_hashes_stand_apart() -> None:
    found = told({"event.dataset": SYSMON, "Hashes": "SHA1=AB,MD5=CD,SHA256=EF,IMPHASH=01,=,X"})
    assert found["process.hash.sha1"] == "ab"
    assert found["process.hash.md5"] == "cd"
    assert found["process.hash.sha256"] == "ef"
    assert found["process.pe.imphash"] == "01"


def test_a_parent_is_known_as_its_child_names_it() -> None:
    found = told_of_parent(
        {"event.dataset": SECURITY, "ProcessId": "0x32", "ParentProcessName": "C:\\P.exe"}
    )
    assert (found["process.pid"], found["process.name"]) == (50, "P.exe")
    found = told_of_parent(
        {"event.dataset": SYSMON, "ParentProcessId": "7", "ProcessId": "8", "ParentUser": "EX\\al"}
    )
    assert (found["process.pid"], found["user.name"], found["process.name"]) == (7, "al", None)


def test_an_entity_id_is_the_same_whatever_the_spelling_of_the_guid() -> None:
    assert own_id("h", "{AB-1}") == own_id("h", "ab-1", 5, 6) != own_id("g", "ab-1")
    assert own_id("h", None, 5, 6) == own_id("h", "", 5, 6) != own_id("h", None, 5, 7)


def test_a_time_that_no_calendar_has_is_none() -> None:
    assert moment(-1) is None
    assert moment((1 << 63) - 2) is None
    first = moment(FILETIME_EPOCH)
    assert first is not None
    assert first.isoformat() == "1970-01-01T00:00:00+00:00"


def test_what_sysmon_writes_for_an_unknown_parent_is_not_known() -> None:
    zeros = "{00000000-0000-0000-0000-000000000000}"
    found = told_of_parent(
        {
            "event.dataset": SYSMON,
            "ParentProcessGuid": zeros,
            "ParentImage": "?",
            "ParentProcessId": "7",
        }
    )
    assert (found["process.guid"], found["process.name"], found["process.pid"]) == (None, None, 7)
