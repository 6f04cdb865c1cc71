from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gamekeeper.authoring.check_fields import known_fields
from gamekeeper.authoring.lint import check_rules
from gamekeeper.rules.ir import LogSource


@pytest.mark.parametrize(
    ("name", "severity", "message"),
    [
        ("Comandline", "warning", "did you mean 'CommandLine'?"),
        ("Zodiac", "note", "no field 'Zodiac' is known of process_creation"),
    ],
)
def test_fields_that_the_log_does_not_have(
    written: Callable[..., Path], name: str, severity: str, message: str
) -> None:
    (remark,) = check_rules([written(("CommandLine|", f"{name}|"))]).remarks
    assert (remark.check, remark.severity, remark.line) == ("unknown_fields", severity, 16)
    assert message in remark.message


def test_rules_may_use_their_own_names_and_those_of_the_event() -> None:
    known = known_fields(LogSource("windows", "process_creation"))
    assert {"image", "newprocessname", "user", "eventid", "provider_name"} <= known.keys()


def test_nothing_is_known_of_logs_that_declare_no_fields() -> None:
    assert known_fields(LogSource("windows", service="ldap")) == {}
    assert known_fields(LogSource("windows")) == {}
