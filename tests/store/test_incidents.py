from __future__ import annotations

import pytest

from gamekeeper.errors import UsageError
from gamekeeper.store.case import Case
from gamekeeper.store.commit import Writer
from gamekeeper.store.incidents import Disposition, decide, dispositions, latest
from gamekeeper.store.runs import NewRun, publish


def keep(case: Case, *names: str, whole: bool = True) -> None:
    documents = [(name, f'{{"id": "{name}"}}'.encode()) for name in names]
    with Writer(case) as writer:
        publish(writer, NewRun(1, "d", whole, b"{}", (), (), (), incidents=documents))


def test_a_case_without_a_run_has_no_incidents(case: Case) -> None:
    manifest = case.manifest()
    assert (latest(manifest), dispositions(manifest)) == ([], {})
    manifest.close()


def test_the_incidents_of_the_last_run_count_in_their_order(case: Case) -> None:
    keep(case, "a")
    keep(case, "c", "b")
    manifest = case.manifest()
    assert [one["id"] for one in latest(manifest)] == ["c", "b"]
    manifest.close()


def test_a_run_that_found_none_is_the_last_word(case: Case) -> None:
    keep(case, "a")
    keep(case)
    manifest = case.manifest()
    assert latest(manifest) == []
    manifest.close()


def test_a_run_over_a_part_of_the_events_changes_nothing(case: Case) -> None:
    keep(case, "a")
    keep(case, "b", whole=False)
    manifest = case.manifest()
    assert [one["id"] for one in latest(manifest)] == ["a"]
    manifest.close()


def test_a_decision_survives_a_rerun_and_grows_by_what_is_said(case: Case) -> None:
    keep(case, "a")
    manifest = case.manifest()
    decide(manifest, "a", status="in-progress", owner="ann")
    decide(manifest, "a", note="a ticket")
    manifest.close()
    keep(case, "a")
    manifest = case.manifest()
    (one,) = latest(manifest)
    manifest.close()
    said = one["disposition"]
    assert isinstance(said, dict)
    assert (said["status"], said["owner"], said["note"]) == ("in-progress", "ann", "a ticket")


def test_a_status_that_nobody_knows_is_refused(case: Case) -> None:
    manifest = case.manifest()
    with pytest.raises(UsageError, match="no status 'odd'"):
        decide(manifest, "a", status="odd")
    assert dispositions(manifest) == {}
    manifest.close()


def test_nothing_said_is_new() -> None:
    assert Disposition().status == "new"
