"""Outcomes of test cases on the terminal."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.outcomes import show
from gamekeeper.apps.cli.values import Values


@dataclass(frozen=True)
class Went:
    is_passed: bool


def shown(went: list[Went], **typed: bool) -> Exit:
    values = Values({"json": False, "quiet": False, **typed})
    return show(went, values, lambda one: [f"{one.is_passed}"], lambda one: {"ok": one.is_passed})


def test_failures_are_counted_and_tell_by_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown([Went(is_passed=True), Went(is_passed=False)]) is Exit.FINDINGS
    said = capsys.readouterr()
    assert said.out == "True\nFalse\n"
    assert said.err == "1 cases passed, 1 failed\n"


def test_scripts_get_a_row_a_case(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert shown([Went(is_passed=True)], json=True, quiet=True) is Exit.OK
    said = capfdbinary.readouterr()
    assert (json.loads(said.out), said.err) == ({"ok": True}, b"")
