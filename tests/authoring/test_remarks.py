from __future__ import annotations

from gamekeeper.authoring.remarks import Severity, Subject, error, note, warning


def test_what_is_said_has_a_severity_and_a_place() -> None:
    assert error("m", "a", "b") == (Severity.ERROR, "m", ("a", "b"))
    assert [say("m").severity for say in (warning, note)] == [Severity.WARNING, Severity.NOTE]


def test_correlations_and_filters_are_no_plain_rules() -> None:
    assert Subject({"detection": {}}).is_plain
    assert not Subject({"correlation": {}}).is_plain
    assert not Subject({"filter": {}}).is_plain
