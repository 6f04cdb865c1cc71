"""Changes that were planned."""

from __future__ import annotations

from tests.fakes.facts import HOUR, NEW_YEAR, event, facts_of

from gamekeeper.integrity.causes.policy_change import PolicyChange
from gamekeeper.integrity.checks.audit_policy import AuditPolicy
from gamekeeper.integrity.checks.log_settings import LogSettings
from gamekeeper.model.breaks import Strength
from gamekeeper.model.build import Event

GUID = "{0CCE9215-69AE-11D9-BED3-505054503030}"


def change(sid: str, *, host: str = "dc01", codes: str = "%%8448", at: int = 0) -> Event:
    data = {"SubjectUserSid": sid, "SubcategoryGuid": GUID, "AuditPolicyChanges": codes}
    return event(None, NEW_YEAR + at, 4719, host=host, data=data)


def weighed(*events: Event) -> tuple[Strength, int, int] | None:
    facts = facts_of(events)
    anomaly = next(one for one in AuditPolicy().look(facts) if one.host == "dc01")
    found = PolicyChange().weigh(anomaly, facts)
    if found is None:
        return None
    return found.strength, len(found.speaks_for), len(found.speaks_against)


def test_a_change_by_system_is_what_a_policy_looks_like() -> None:
    assert weighed(change("S-1-5-18")) == (Strength.STRONG, 1, 0)


def test_a_change_by_a_person_on_one_host_is_no_policy() -> None:
    assert weighed(change("S-1-5-21-1-2-3-500")) is None


def test_the_same_change_on_other_hosts_is_a_roll_out() -> None:
    hosts = [change("S-1-5-21-1-2-3-500", host=name) for name in ("dc01", "ws01", "ws02")]
    assert weighed(*hosts) == (Strength.STRONG, 2, 0)


def test_auditing_that_system_gives_back_was_not_taken_by_policy() -> None:
    taken = change("S-1-5-21-1-2-3-500")
    assert weighed(taken, change("S-1-5-18", codes="%%8449", at=HOUR)) == (Strength.NONE, 0, 1)


def test_a_setting_that_an_installer_writes_is_planned() -> None:
    path = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WINEVT\\Channels\\X/Operational\\Enabled"
    data = {
        "EventType": "SetValue",
        "TargetObject": path,
        "Details": "DWORD (0x00000000)",
        "Image": "C:\\Windows\\WinSxS\\x\\TiWorker.exe",
    }
    channel = "Microsoft-Windows-Sysmon/Operational"
    facts = facts_of(
        [event(1, NEW_YEAR, 13, channel=channel, provider="Microsoft-Windows-Sysmon", data=data)]
    )
    (anomaly,) = LogSettings().look(facts)
    found = PolicyChange().weigh(anomaly, facts)
    assert found is not None
    assert found.strength is Strength.STRONG
