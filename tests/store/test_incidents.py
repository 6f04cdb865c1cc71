from __future__ import annotations

from typing import Any

import orjson
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


def grown(case: Case, name: str, signals: int, severity: str, *supersedes: str) -> None:
    document = {
        "id": name,
        "signals": signals,
        "score_bits": 50.0,
        "severity": severity,
        "anchors": ["f"],
        "supersedes": supersedes,
    }
    with Writer(case) as writer:
        incidents = [(name, orjson.dumps(document))]
        publish(writer, NewRun(1, "d", True, b"{}", (), (), (), incidents=incidents))


def decided(case: Case, name: str, **said: str) -> None:
    manifest = case.manifest()
    decide(manifest, name, **said)
    manifest.close()


def disposition(case: Case) -> dict[str, Any]:
    manifest = case.manifest()
    try:
        (one,) = latest(manifest)
    finally:
        manifest.close()
    found = one["disposition"]
    assert isinstance(found, dict)
    return found


def test_a_decision_remembers_what_it_was_given_for(case: Case) -> None:
    grown(case, "a", 21, "high")
    decided(case, "a", status="benign", owner="ann")
    grown(case, "a", 64, "critical")
    decided(case, "a", note="who is asked?")  # no status: given for what was then
    found = disposition(case)
    assert found["decided_on"] == {
        "signals": 21,
        "score_bits": 50.0,
        "severity": "high",
        "anchors": ("f",),
    }
    assert found["grown"] == "21 -> 64 signals, high -> critical"
    assert (found["status"], found["counts_as"]) == ("benign", "new")
    decided(case, "a", status="benign")
    assert (disposition(case)["counts_as"], disposition(case)["grown"]) == ("benign", "")


def test_what_was_decided_about_a_part_is_told_and_counts(case: Case) -> None:
    grown(case, "b", 9, "high")
    decided(case, "b", status="confirmed", owner="bob", note="real relay")
    grown(case, "a", 21, "high")
    decided(case, "a", status="benign", owner="ann")
    grown(case, "a", 22, "high", "b")
    found = disposition(case)
    assert found["counts_as"] == "confirmed"
    assert [(one["incident"], one["note"]) for one in found["others"]] == [("b", "real relay")]


def test_a_decision_of_an_earlier_version_is_held_against_the_run_before_it(case: Case) -> None:
    grown(case, "a", 21, "high")
    decided(case, "a", status="benign")
    manifest = case.manifest()
    with manifest.transaction() as connection:
        connection.execute("DROP TABLE decided_on")
        connection.execute("UPDATE runs SET finished_at = '2020-01-01T00:00:00+00:00'")
    manifest.close()
    grown(case, "a", 64, "critical")
    manifest = case.manifest()
    with manifest.transaction() as connection:
        connection.execute("DROP TABLE decided_on")
        connection.execute(
            "UPDATE runs SET finished_at = '2099-01-01T00:00:00+00:00' WHERE number = 2"
        )
    manifest.close()
    assert disposition(case)["decided_on"]["signals"] == 21
    assert disposition(case)["counts_as"] == "new"


def test_a_status_that_nobody_knows_is_refused(case: Case) -> None:
    manifest = case.manifest()
    with pytest.raises(UsageError, match="no status 'odd'"):
        decide(manifest, "a", status="odd")
    assert dispositions(manifest) == {}
    manifest.close()


def test_nothing_said_is_new() -> None:
    assert Disposition().status == "new"
