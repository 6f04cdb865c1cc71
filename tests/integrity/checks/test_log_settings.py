"""Settings that switch logging off or cut it short."""

from __future__ import annotations

import pytest
from tests.fakes.facts import MINUTE, NEW_YEAR, SECOND, event, facts_of

from gamekeeper.integrity.checks.log_settings import LogSettings
from gamekeeper.model.breaks import Anomaly, Strength
from gamekeeper.model.build import Event

WINEVT = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WINEVT\\Channels\\"
SYSTEM = "HKLM\\System\\CurrentControlSet\\"
POLICY = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\PowerShell\\ScriptBlockLogging\\"
OFF, ON = "DWORD (0x00000000)", "DWORD (0x00000001)"


def registry(path: str, value: str, *, kind: str = "SetValue", at: int = 0) -> Event:
    return event(
        None,
        NEW_YEAR + at,
        13 if kind == "SetValue" else 12,
        channel="Microsoft-Windows-Sysmon/Operational",
        provider="Microsoft-Windows-Sysmon",
        data={"EventType": kind, "TargetObject": path, "Details": value},
    )


def looked(*events: Event) -> list[Anomaly]:
    return list(LogSettings().look(facts_of(events)))


@pytest.mark.parametrize(
    ("path", "value", "kind"),
    [
        (WINEVT + "Microsoft-Windows-Sysmon/Operational\\Enabled", OFF, "SetValue"),
        (
            WINEVT + "Microsoft-Windows-Sysmon/Operational\\MaxSize",
            "DWORD (0x00010000)",
            "SetValue",
        ),
        (SYSTEM + "Services\\EventLog\\Security\\File", "C:\\Temp\\x.evtx", "SetValue"),
        (SYSTEM + "Services\\EventLog\\Start", "DWORD (0x00000004)", "SetValue"),
        (SYSTEM + "Control\\MiniNt", "", "CreateKey"),
        (SYSTEM + "Control\\WMI\\Autologger\\EventLog-Security\\Start", OFF, "SetValue"),
        (SYSTEM + "Control\\WMI\\Autologger\\EventLog-System\\{a}\\Enabled", OFF, "SetValue"),
        (SYSTEM + "Control\\WMI\\Autologger\\EventLog-System\\{a}", "", "DeleteKey"),
        (POLICY + "EnableScriptBlockLogging", OFF, "SetValue"),
        (POLICY + "EnableScriptBlockLogging", "", "DeleteValue"),
    ],
)
def test_what_switches_logging_off_is_a_strong_break(path: str, value: str, kind: str) -> None:
    (found,) = looked(registry(path, value, kind=kind))
    assert found.strength is Strength.STRONG


@pytest.mark.parametrize(
    ("path", "value", "kind"),
    [
        (WINEVT + "Microsoft-Windows-Sysmon/Operational\\Enabled", ON, "SetValue"),
        (WINEVT + "Microsoft-Windows-Kernel-Power/Diagnostic\\Enabled", OFF, "SetValue"),
        (WINEVT + "Microsoft-Windows-WinRM/Debug\\Enabled", OFF, "SetValue"),
        (WINEVT + "Security\\MaxSize", "DWORD (0x01400000)", "SetValue"),
        (WINEVT + "X/Operational\\MaxSize", "DWORD (0x00101000)", "SetValue"),
        (
            SYSTEM + "Services\\EventLog\\Security\\File",
            "%SystemRoot%\\System32\\Winevt\\Logs\\Security.evtx",
            "SetValue",
        ),
        (SYSTEM + "Services\\EventLog\\Start", "DWORD (0x00000002)", "SetValue"),
        (SYSTEM + "Control\\MiniNt", "", "DeleteKey"),
        (SYSTEM + "Control\\WMI\\Autologger\\NetTrace\\Start", OFF, "SetValue"),
        (POLICY + "EnableScriptBlockLogging", ON, "SetValue"),
    ],
)
def test_what_leaves_logging_on_is_nothing(path: str, value: str, kind: str) -> None:
    assert looked(registry(path, value, kind=kind)) == []


def test_a_key_that_its_service_writes_anew_within_a_minute_is_nothing() -> None:
    path = SYSTEM + "Control\\WMI\\Autologger\\EventLog-System\\{a}"
    removed = registry(path, "", kind="DeleteKey")
    made = registry(path, "", kind="CreateKey", at=SECOND)
    assert looked(removed, made) == []
    assert len(looked(removed, registry(path, "", kind="CreateKey", at=5 * MINUTE))) == 1


def test_7040_that_disables_the_event_log_is_seen_and_others_are_not() -> None:
    def service(name: str, mode: str) -> Event:
        data = {"param1": name, "param2": "auto start", "param3": mode, "param4": name}
        provider = "Service Control Manager"
        return event(None, NEW_YEAR, 7040, channel="System", provider=provider, data=data)

    assert len(looked(service("EventLog", "disabled"))) == 1
    assert looked(service("BITS", "disabled"), service("EventLog", "auto start")) == []
