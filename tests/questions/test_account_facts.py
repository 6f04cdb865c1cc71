from __future__ import annotations

from collections import Counter
from pathlib import Path

from fakes.questions import make
from gamekeeper.questions.account_facts import JOINED, LEFT, facts


def test_facts_are_counted_before_accounts_are_joined(tmp_path: Path) -> None:
    events = [
        {"id": 4624, "TargetUserName": "ann", "SubjectUserName": "WS01$", "LogonType": 3},
        {"id": 4624, "TargetUserName": "ann", "SubjectUserName": "WS01$", "LogonType": 3},
        {"id": 4771, "TargetUserName": "ann"},
        {"id": 4732, "TargetUserName": "Users", "MemberSid": "S-1-5-21-1-2-3-4"},
        {"id": 4688, "SubjectUserName": "-", "Security_UserID": "S-1-5-18"},
    ]
    with make(tmp_path, events).snapshot() as snapshot:
        rows = snapshot.database().table(facts()).to_pylist()
    assert Counter({(row["role"], row["code"]): row["n"] for row in rows}) == {
        ("subject", 4624): 2,
        ("target", 4624): 2,
        ("target", 4771): 1,
        ("member", 4732): 1,
    }
    assert [row["failed"] for row in rows if row["code"] == 4771] == [True]


def test_a_member_cannot_come_and_go_in_one_event() -> None:
    assert not set(JOINED) & set(LEFT)
