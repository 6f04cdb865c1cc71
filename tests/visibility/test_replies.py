"""The seven answers."""

from __future__ import annotations

from tests.fakes.seeing import NEW_YEAR, controller, event, processes, result

from gamekeeper.model.visibility import Outcome


def test_there_are_seven_and_each_says_something() -> None:
    found = result([*controller(), *processes()]).replies
    assert len(found) == 7
    assert all(one.question.endswith("?") and one.answer for one in found)


def test_the_share_of_hosts_with_command_lines_is_said() -> None:
    found = result([*processes("A"), *processes("B", line="")]).replies[0]
    assert found.answer == "Yes, on 1 of 2 hosts (50%). Not on b."


def test_without_a_domain_controller_nothing_is_said_of_its_days() -> None:
    assert result(processes()).replies[2].outcome is Outcome.CANNOT_TELL


def test_a_cleared_log_is_told_first() -> None:
    cleared = event(
        900,
        NEW_YEAR,
        1102,
        host="DC01",
        provider="Microsoft-Windows-Eventlog",
        data={"SubjectUserName": "x"},
    )
    reply = result([*controller(), cleared]).replies[5]
    assert reply.answer.startswith("Covered tracks:")
    assert reply.outcome is Outcome.FAIL


def test_the_last_answer_names_the_change() -> None:
    assert "put command lines into" in result(processes(line="")).replies[6].answer
