"""What logs of Windows hosts do not tell."""

from __future__ import annotations

from tests.fakes.seeing import check, processes, result

from gamekeeper.model.context import Asset
from gamekeeper.model.visibility import Outcome


def test_other_logs_cannot_be_told_and_what_is_needed_is_said() -> None:
    found = check(result(processes()), "LR-26")
    assert found.outcome is Outcome.CANNOT_TELL
    assert "syslog of the device" in found.text


def test_what_logs_alone_do_not_tell_names_what_would() -> None:
    found = check(result(processes()), "LR-38")
    assert (found.outcome, bool(found.give)) == (Outcome.CANNOT_TELL, True)


def test_a_jump_host_without_logs_fails() -> None:
    assets = {"JUMP9": Asset("JUMP9", role="jump host")}
    assert check(result(processes(), assets), "LR-32").hosts == ("jump9",)
    assert check(result(processes("JUMP9"), assets), "LR-32").outcome is Outcome.PASS


def test_hosts_of_a_list_without_logs_are_named() -> None:
    found = check(result(processes(), {"DC09": Asset("DC09", role="dc")}), "LR-39")
    assert (found.outcome, found.hosts) == (Outcome.WARN, ("dc09",))


def test_without_a_list_nothing_is_said_of_value() -> None:
    assert check(result(processes()), "LR-39").outcome is Outcome.CANNOT_TELL
