from __future__ import annotations

import pytest

from fakes.cases import NEW_YEAR, SECOND, batches, case_of, logon
from gamekeeper.errors import UsageError
from gamekeeper.questions.finding.stack import stack
from gamekeeper.store.case import Case
from gamekeeper.store.selection import Selection

Row = dict[str, object]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    names = ["ann", "bob", "ann", "eve", "ann"]
    events = [logon(n, data={"TargetUserName": name}) for n, name in enumerate(names)]
    other = [
        logon(9, source=1, system={"Computer": "ws01"}, data={"TargetUserName": "bob"}),
        logon(10, source=1, system={"Computer": "ws01"}, data={"TargetUserName": "o\"x'y"}),
        logon(11, source=1, system={"Channel": "System", "Computer": "ws02"}),
    ]
    return case_of(tmp_path_factory.mktemp("c") / "case", batches(events), batches(other))


def rows(case: Case, *fields: str, selection: Selection | None = None, **how: bool) -> list[Row]:
    with case.snapshot() as snapshot:
        answer = stack(snapshot, selection or Selection(), fields, **how)
        found = list(answer.batches)
        assert all(batch.schema.equals(answer.schema) for batch in found)
        return [row for batch in found for row in batch.to_pylist()]


def test_the_rarest_comes_first(case: Case) -> None:
    found = rows(case, "TargetUserName")
    assert [(r["TargetUserName"], r["count"], r["hosts"], r["hosts.share"]) for r in found] == [
        ("eve", 1, 1, 0.5),
        ("o\"x'y", 1, 1, 0.5),
        ("bob", 2, 2, 1.0),
        ("ann", 3, 1, 0.5),
    ]


def test_or_the_most_frequent(case: Case) -> None:
    found = rows(case, "targetusername", most_first=True)
    assert [r["count"] for r in found] == [3, 2, 1, 1]


def test_combinations_over_datasets(case: Case) -> None:
    found = rows(case, "Computer", "event.dataset")
    assert [(r["Computer"], r["event.dataset"], r["count"]) for r in found] == [
        ("ws02", "windows.system", 1),
        ("ws01", "windows.security", 2),
        ("DC01.example.org", "windows.security", 5),
    ]


def test_it_tells_when(case: Case) -> None:
    ann = rows(case, "TargetUserName")[-1]
    assert str(ann["first_seen"]) == "2026-01-01 00:00:00+00:00"
    assert str(ann["last_seen"]) == "2026-01-01 00:00:04+00:00"


def test_the_selection_holds(case: Case) -> None:
    chosen = Selection(start=NEW_YEAR + 3 * SECOND, hosts=("dc*",))
    assert {r["TargetUserName"] for r in rows(case, "TargetUserName", selection=chosen)} == {
        "eve",
        "ann",
    }
    assert rows(case, "TargetUserName", selection=Selection(datasets=("windows.sysmon",))) == []


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        (["TargetUserNam"], "did you mean 'TargetUserName'"),
        (["Computer", "computer"], "named twice"),
        (['"; DROP VIEW events'], "no log here has a field"),
    ],
)
def test_what_makes_no_sense_is_told(case: Case, fields: list[str], complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        rows(case, *fields)
