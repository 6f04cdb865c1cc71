from __future__ import annotations

from pathlib import Path

from fakes.questions import make, rows_of
from gamekeeper.questions.logon_events import attempt, of_4624, single_events
from gamekeeper.questions.logons import logons


def test_only_kinds_that_are_meant_are_looked_for() -> None:
    assert len(single_events({"refused", "explicit", "kerberos", "ntlm", "desktop"})) == 5
    (sql,) = single_events({"explicit", "session"})
    assert '"EventID" = 4648' in sql
    assert set(attempt()) < set(of_4624())


def test_a_status_that_is_no_number_is_a_failure_of_its_own(tmp_path: Path) -> None:
    case = make(
        tmp_path,
        [
            {"id": 4776, "TargetUserName": "ann", "Status": "STATUS_OF_TOMORROW"},
            {"id": 4769, "TargetUserName": "ann", "ResultCode": "0x1F"},
            {"id": 4776, "TargetUserName": "ann", "Status": "0"},
        ],
    )
    rows = rows_of(case, logons)
    assert [row["event.outcome"] for row in rows] == ["failure", "failure", "success"]
    assert [row["winlog.logon.failure.status"] for row in rows] == [
        "STATUS_OF_TOMORROW",
        "0x1f",
        None,
    ]
    assert rows[1]["winlog.logon.failure.reason"] == "the ticket is damaged or forged"


def test_a_1149_of_another_log_is_no_desktop(tmp_path: Path) -> None:
    other = "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational"
    assert rows_of(make(tmp_path, [{"id": 1149, "Channel": other, "Param1": "ann"}]), logons) == []
