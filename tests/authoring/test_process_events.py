from __future__ import annotations

from gamekeeper.authoring.process_events import process_events


def test_a_new_process_as_both_logs_write_it() -> None:
    fields = [
        ("Image", "C:\\a.exe"),
        ("CommandLine", "a"),
        ("ProcessId", "16"),
        ("User", "CORP\\bob"),
        ("IntegrityLevel", "High"),
        ("OriginalFileName", "A.EXE"),
    ]
    found = dict(process_events(fields))
    assert list(found) == ["sysmon", "security"]
    assert found["sysmon"].event_id == 1
    assert list(found["sysmon"].data) == fields
    assert found["security"].event_id == 4688
    assert list(found["security"].data) == [
        ("NewProcessName", "C:\\a.exe"),
        ("CommandLine", "a"),
        ("NewProcessId", "0x10"),
        ("SubjectDomainName", "CORP"),
        ("SubjectUserName", "bob"),
        ("MandatoryLabel", "S-1-16-12288"),
    ]


def test_an_account_without_a_domain() -> None:
    assert list(dict(process_events([("User", "bob")]))["security"].data) == [
        ("SubjectUserName", "bob")
    ]
