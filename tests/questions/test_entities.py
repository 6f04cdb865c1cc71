from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from fakes.cases import case_of
from fakes.windows import SECURITY, Told
from gamekeeper.entities import sessions
from gamekeeper.entities.entity import Kind
from gamekeeper.model.answers import Answer
from gamekeeper.questions.entities import SCHEMA, entities
from gamekeeper.store.selection import Selection


def answered(root: Path, kind: Kind | None, told: Told) -> tuple[Answer, list[dict[str, object]]]:
    with case_of(root / "case", told.batches()).snapshot() as snapshot:
        answer = entities(snapshot, Selection(), kind)
        table = pa.Table.from_batches(answer.batches, answer.schema)
    return answer, table.to_pylist()


def logon() -> Told:
    return Told().event(
        SECURITY,
        4624,
        host="WS01",
        TargetUserName="anna",
        TargetDomainName="EXAMPLE",
        TargetUserSid="S-1-5-21-1-2-3-1103",
        TargetLogonId="0x77",
    )


def test_all_kinds_but_sessions_are_listed(tmp_path: Path) -> None:
    answer, rows = answered(tmp_path, None, logon().event(SECURITY, 4608, host="ws01"))
    assert answer.schema == SCHEMA
    assert [(row["kind"], row["name"], row["events"]) for row in rows] == [
        ("host", "WS01", 2),
        ("account", "EXAMPLE\\anna", 1),
    ]
    assert rows[0]["joined"] == [
        {"left": "WS01", "right": "ws01", "rule": "same letters in another case"}
    ]
    assert rows[1]["sids"] == ["S-1-5-21-1-2-3-1103"]
    assert answer.notes == ("'--kind session' lists logon sessions",)


def test_what_may_be_one_is_said(tmp_path: Path) -> None:
    told = logon().event(SECURITY, 4608, host="ws01.a.example")
    answer, rows = answered(tmp_path, Kind.HOST, told.event(SECURITY, 4608, host="ws01.b.example"))
    assert [row["name"] for row in rows] == ["WS01", "ws01.a.example", "ws01.b.example"]
    assert answer.notes[0].startswith("1 of them may be one with others")


def test_sessions_have_columns_of_their_own(tmp_path: Path) -> None:
    answer, rows = answered(tmp_path, Kind.SESSION, logon())
    assert answer.schema == sessions.SCHEMA
    assert [row["winlog.logon.id"] for row in rows] == ["0x77"]
