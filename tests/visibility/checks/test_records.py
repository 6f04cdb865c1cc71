"""Checks that ask whether records and fields are there."""

from __future__ import annotations

from tests.fakes.seeing import POWERSHELL, SYSMON, check, controller, each_hour, processes, result

from gamekeeper.model.visibility import Outcome

LOGON = {"LogonType": "3", "IpAddress": "10.0.0.9"}


def scripts(level: str) -> list:  # type: ignore[type-arg]
    data = {"ScriptBlockText": "x"}
    return each_hour(4104, channel=POWERSHELL, data=data, system={"Level": level})


def test_a_host_without_new_processes_fails_and_is_named() -> None:
    found = check(result([*processes("A"), *each_hour(4624, host="B", data=LOGON)]), "LR-01")
    assert (found.outcome, found.hosts, found.of) == (Outcome.FAIL, ("b",), 2)
    assert found.change is not None
    assert "0CCE922B" in found.change.commands[0]
    assert "VT-CA-08" in found.behaviours


def test_a_pass_leads_to_a_record() -> None:
    found = check(result(processes()), "LR-01")
    assert found.outcome is Outcome.PASS
    assert (found.evidence[0].source, found.evidence[0].offset) == (0, 4608)
    assert found.change is None


def test_command_lines_on_no_host_fail_and_on_some_warn() -> None:
    assert check(result(processes(line="")), "LR-02").outcome is Outcome.FAIL
    both = result([*processes("A"), *processes("B", line="")])
    assert check(both, "LR-02").outcome is Outcome.WARN


def test_sysmon_makes_up_for_command_lines() -> None:
    sysmon = each_hour(1, channel=SYSMON, data={"CommandLine": "x"})
    assert check(result([*processes(line=""), *sysmon]), "LR-02").outcome is Outcome.PASS


def test_scripts_that_windows_warns_of_alone_fail() -> None:
    assert check(result(scripts("3")), "LR-05").outcome is Outcome.FAIL
    assert check(result(scripts("5")), "LR-05").outcome is Outcome.PASS


def test_scripts_are_asked_of_hosts_with_a_powershell_log_only() -> None:
    assert check(result(processes()), "LR-05").outcome is Outcome.CANNOT_TELL
    assert check(result([*scripts("5"), *processes("B")]), "LR-05").of == 1


def test_the_old_engine_is_told_where_it_was_seen() -> None:
    data = {"Data": "NewEngineState=Available\n\tEngineVersion=2.0\n"}
    found = check(result(each_hour(400, channel="Windows PowerShell", data=data)), "LR-07")
    assert (found.outcome, found.hosts) == (Outcome.WARN, ("srv01",))


def test_the_new_engine_passes() -> None:
    data = {"Data": "EngineVersion=5.1.17763.1"}
    found = check(result(each_hour(400, channel="Windows PowerShell", data=data)), "LR-07")
    assert found.outcome is Outcome.PASS


def test_a_domain_controller_without_its_application_log_fails() -> None:
    rest = [one for one in controller() if one.system["Channel"] != "Application"]
    assert check(result(rest), "LR-13").outcome is Outcome.FAIL
    assert check(result(controller()), "LR-13").outcome is Outcome.PASS


def test_without_a_domain_controller_nothing_is_said_of_it() -> None:
    found = check(result(each_hour(4624, data={"LogonType": "7"})), "LR-17")
    assert found.outcome is Outcome.CANNOT_TELL


def test_a_host_is_asked_for_its_own_days() -> None:
    late = processes("LATE", 2, first=200)
    assert check(result([*processes("EARLY"), *late]), "LR-01").outcome is Outcome.PASS


def test_what_sysmon_records_is_listed() -> None:
    found = check(result(each_hour(1, 1, channel=SYSMON)), "LR-25")
    assert found.figures == (("srv01", "1: 24"),)
