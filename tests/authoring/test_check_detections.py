from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gamekeeper.authoring.lint import check_rules
from gamekeeper.authoring.remarks import Severity

CONDITION = "condition: selection and not filter"
FILTER = "ParentImage|endswith: '\\backup.exe'"
WIDER = "Image|endswith: 'x\\reg.exe'\n        CommandLine|contains: ' save x'"


def test_a_detection_that_the_condition_does_not_name(written: Callable[..., Path]) -> None:
    (remark,) = check_rules([written((CONDITION, "condition: selection"))]).remarks
    assert (remark.check, remark.severity, remark.line) == ("dead_selections", "warning", 17)
    assert "'filter'" in remark.message


@pytest.mark.parametrize(
    ("changes", "severity"),
    [
        ([(FILTER, "Image: null")], Severity.WARNING),
        ([(FILTER, "Image|endswith: '\\x.exe'")], Severity.NOTE),
        ([(CONDITION, "condition: selection or filter"), (FILTER, WIDER)], Severity.WARNING),
    ],
)
def test_a_detection_that_changes_nothing(
    written: Callable[..., Path], changes: list[tuple[str, str]], severity: Severity
) -> None:
    (remark,) = check_rules([written(*changes)]).remarks
    assert (remark.check, remark.severity, remark.line) == ("needless_detections", severity, 17)
    assert "'filter' changes nothing" in remark.message


@pytest.mark.parametrize(
    "stated", ["{a: b}", "[selection, [x]]", "3", "a or (", "selection | count()"]
)
def test_a_condition_that_is_none_is_told_once(written: Callable[..., Path], stated: str) -> None:
    remarks = check_rules([written((CONDITION, f"condition: {stated}"))]).remarks
    assert [remark.check for remark in remarks] == ["unusable"]


def test_patterns_of_names_use_detections(written: Callable[..., Path]) -> None:
    change = (CONDITION, "condition: selection and not 1 of filt*")
    assert check_rules([written(change)]).remarks == ()
