from __future__ import annotations

from pathlib import Path

import pytest

from fakes.cases import NEW_YEAR, SECOND, batches, case_of, logon
from gamekeeper.questions.finding.search import SCHEMA, search
from gamekeeper.store.case import Case
from gamekeeper.store.selection import Selection


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    events = [
        logon(5),
        logon(1, data={"TargetUserName": "Eve"}),
        logon(2, data={"Unheard": "eve was here", "Other": "x"}),
        logon(3, event_id=4625, data={"TargetUserName": None or ""}),
        logon(9, filetime=None, data={"TargetUserName": "eve"}),
    ]
    later = [logon(4, source=1, system={"Computer": "ws01", "Provider_Name": "Eve's provider"})]
    return case_of(tmp_path_factory.mktemp("c") / "case", batches(events), batches(later))


def found(case: Case, *words: str, selection: Selection | None = None, **how: bool) -> list[int]:
    with case.snapshot() as snapshot:
        answer = search(snapshot, selection or Selection(), words, **how)
        rows = [row for batch in answer.batches for row in batch.to_pylist()]
        assert answer.schema.equals(SCHEMA)
    return [row["event.record_id"] for row in rows]


def test_a_word_is_found_in_any_field_in_order_of_time(case: Case) -> None:
    assert found(case, "EVE") == [1, 2, 4, 9]


def test_fields_and_numbers_narrow(case: Case) -> None:
    assert found(case, "TargetUserName=eve") == [1, 9]
    assert found(case, "unheard=*here") == [2]
    assert found(case, "4625") == [3]
    assert found(case, "EventID=4625") == [3]
    assert found(case, "eve", "TargetUserName=user1") == [4]
    assert found(case, "eve", "4625", is_any=True) == [1, 2, 3, 4, 9]
    assert found(case, "^e.e$", is_regex=True) == [1, 9]
    assert found(case, "nobody") == []


def test_the_selection_holds(case: Case) -> None:
    assert found(case, "eve", selection=Selection(hosts=("ws*",))) == [4]
    period = Selection(start=NEW_YEAR + 2 * SECOND, stop=NEW_YEAR + 4 * SECOND)
    assert found(case, "eve", selection=period) == [2]


def test_it_shows_where_the_first_term_stands(case: Case) -> None:
    with case.snapshot() as snapshot:
        answer = search(snapshot, Selection(), ["eve"])
        rows = [row for batch in answer.batches for row in batch.to_pylist()]
    assert [(row["field"], row["value"]) for row in rows] == [
        ("TargetUserName", "Eve"),
        ("Unheard", "eve was here"),
        ("Provider_Name", "Eve's provider"),
        ("TargetUserName", "eve"),
    ]
    assert rows[0]["host.name"] == "dc01"
    assert (rows[0]["event.source"], rows[0]["event.offset"]) == (0, 4096 + 100)


def test_many_files_are_searched(tmp_path: Path) -> None:
    parts = [batches([logon(n, source=n)]) for n in range(20)]
    assert found(case_of(tmp_path / "c", *parts), "user") == list(range(20))
