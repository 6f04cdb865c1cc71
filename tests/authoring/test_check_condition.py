from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gamekeeper.authoring.lint import check_rules
from gamekeeper.authoring.remarks import Severity

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE
CONDITION = "condition: selection and not filter"
SOURCE = "category: process_creation"


@pytest.mark.parametrize(
    ("old", "new", "check", "severity", "message"),
    [
        (
            CONDITION,
            "condition: selection and not selection",
            "impossible_condition",
            ERROR,
            "never",
        ),
        (
            CONDITION,
            "condition: filter or not filter",
            "impossible_condition",
            ERROR,
            "every event",
        ),
        (
            "ParentImage|endswith: '\\backup.exe'\n    condition: selection and not filter",
            "Image|endswith: '\\x.exe'\n    condition: selection and filter",
            "impossible_condition",
            WARNING,
            "several values",
        ),
        (
            "CommandLine|contains: ' save '",
            "EventID: 4624",
            "log_source",
            ERROR,
            "event ids that its log source does not have",
        ),
        (SOURCE, "category: proces_creation", "log_source", WARNING, "mean 'process_creation'?"),
        ("product: windows", "product: windwos", "log_source", WARNING, "did you mean 'windows'?"),
        ("product: windows", "product: linux", "log_source", NOTE, "does not read"),
        (SOURCE, "category: file_access", "log_source", NOTE, "ETW provider"),
    ],
)
def test_what_no_event_can_meet(
    written: Callable[..., Path], old: str, new: str, check: str, severity: Severity, message: str
) -> None:
    remarks = [r for r in check_rules([written((old, new))]).remarks if r.check == check]
    assert [(r.severity, message in r.message) for r in remarks] == [(severity, True)]


def test_values_that_another_one_covers(written: Callable[..., Path]) -> None:
    change = ("' save '", "[' save ', ' SAVE hklm', ' copy ']")
    (remark,) = check_rules([written(change)]).remarks
    assert (remark.check, remark.severity) == ("needless_values", NOTE)
    assert remark.message == (
        "CommandLine contains ' SAVE hklm': needless beside CommandLine contains ' save '"
    )
