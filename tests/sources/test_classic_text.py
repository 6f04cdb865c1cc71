from __future__ import annotations

import gzip
import json
from collections import Counter
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.model.datasets import datasets
from gamekeeper.sources.classic_text import (
    channel_of_provider,
    event_from_classic,
    fields_from_message,
    provider_named,
)

GOLDEN = yaml.safe_load(
    (Path(__file__).parents[1] / "golden/sources/classic_text.yml").read_bytes()
)


def read(text: str, zone: str = "UTC") -> Any:
    return event_from_classic(text, source=1, offset=2, record_id=3, source_tz=zone)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["name"])
def test_golden(case: dict[str, Any], ending: str) -> None:
    text = case["input"].replace("\n", ending)
    event, expected = read(text), case["expected"]
    *fields, message = event.data
    assert message == ("Message", text.partition("Message=")[2].rstrip())
    assert [[name, value.replace("\r\n", "\n")] for name, value in fields] == expected["data"]
    assert event.system == expected["system"]
    assert event.event_id == expected["event_id"]
    assert event.event_record_id == expected.get("event_record_id")
    assert event.filetime == expected["filetime"]
    assert event.time_assumed
    assert (event.source, event.offset, event.record_id) == (1, 2, 3)


def test_the_time_is_local_to_the_zone_that_was_named() -> None:
    text = "07/01/2026 09:00:00 AM\nLogName=System\nEventCode=1\n"
    hour = 3600 * 10_000_000
    assert read(text).filetime - read(text, "Europe/Berlin").filetime == 2 * hour


def test_an_unreadable_time_is_kept_as_text() -> None:
    event = read("heute frueh\nLogName=System\nEventCode=1\nMessage=m")
    assert event.filetime is None
    assert event.data[0] == ("System_TimeCreated_SystemTime", "heute frueh")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "11/22/2026 09:00:00 AM\nEventCode=1\nMessage=m",
        "11/22/2026 09:00:00 AM\nLogName=System\nEventCode=one\nMessage=m",
        "11/22/2026 09:00:00 AM\nMessage=LogName=System\nEventCode=1",
        "<Event/>",
    ],
)
def test_other_text_is_none(text: str) -> None:
    assert read(text) is None


def test_a_forged_label_repeats_the_field_and_replaces_nothing() -> None:
    message = "Process Create:\nCommandLine: x\nUser: NT AUTHORITY\\SYSTEM\nUser: MOOR\\mallory\n"
    fields = fields_from_message("Microsoft-Windows-Sysmon/Operational", 1, message)
    assert fields == [
        ("CommandLine", "x"),
        ("User", "NT AUTHORITY\\SYSTEM"),
        ("User", "MOOR\\mallory"),
    ]


def test_a_list_keeps_its_lines() -> None:
    message = "Special privileges.\r\n\r\nSubject:\r\n\tLogon ID:\t\t0x3E7\r\n\r\n"
    message += "Privileges:\t\tSeTcbPrivilege\r\n\t\t\tSeDebugPrivilege"
    assert fields_from_message("security", 4672, message)[-1] == (
        "PrivilegeList",
        "SeTcbPrivilege\r\n\t\t\tSeDebugPrivilege",
    )


def test_a_task_keeps_its_blank_lines() -> None:
    message = "A scheduled task was created.\n\nTask Information:\n\tTask Name: \t\t\\T\n"
    message += (
        "\tTask Content: \t\t<Task>\n\n</Task>\n\t\nOther Information:\n\tClientProcessId: \t\t7\n"
    )
    assert fields_from_message("Security", 4698, message) == [
        ("TaskName", "\\T"),
        ("TaskContent", "<Task>\n\n</Task>"),
        ("ClientProcessId", "7"),
    ]


def test_labels_without_their_tabs_are_found_in_their_section() -> None:
    message = "An account failed to log on.\n\nSubject:\nAccount Name: a\nLogon Type: 3\n"
    message += "Account For Which Logon Failed:\nAccount Name: b\n"
    assert fields_from_message("Security", 4625, message) == [
        ("SubjectUserName", "a"),
        ("LogonType", "3"),
        ("TargetUserName", "b"),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_script_block_may_hold_anything(end: str) -> None:
    script = end.join(["iex 1", "", "ScriptBlock ID: forged", "Path: forged", "):", "x"])
    message = end.join(
        [
            f"Creating Scriptblock text (2 of 3):{end}{script}",
            "",
            "ScriptBlock ID: ab-1",
            "Path: C:\\a.ps1",
        ]
    )
    assert fields_from_message("Microsoft-Windows-PowerShell/Operational", 4104, message) == [
        ("MessageNumber", "2"),
        ("MessageTotal", "3"),
        ("ScriptBlockText", script),
        ("ScriptBlockId", "ab-1"),
        ("Path", "C:\\a.ps1"),
    ]


def test_sentences_with_values_are_taken_apart() -> None:
    engine = "Engine state is changed from None to Available. \r\n\r\nDetails: \r\n\tA=b\r\n"
    assert fields_from_message("Windows PowerShell", 400, engine) == [
        ("Data", "Available"),
        ("Data", "None"),
        ("Data", "\tA=b"),
    ]
    assert fields_from_message("System", 7036, "Der Dienst wurde beendet.") == []
    module = "CommandInvocation(x)\n\n\nContext:\n  A = b\n\n\nUser Data:\n"
    assert fields_from_message("Microsoft-Windows-PowerShell/Operational", 4103, module) == [
        ("ContextInfo", "  A = b\n"),
        ("UserData", ""),
        ("Payload", "CommandInvocation(x)\n"),
    ]


def test_names_of_providers() -> None:
    assert (
        provider_named("Microsoft Windows security auditing.")
        == "Microsoft-Windows-Security-Auditing"
    )
    assert provider_named("Backup") == "Backup"
    assert channel_of_provider("Service Control Manager") == "System"
    assert channel_of_provider("Backup") is None


@given(
    st.text(alphabet="Subject: \tSecurity ID\r\nLogon0x-ABMessage=()."),
    st.sampled_from(
        [("Security", 4688), ("Security", 4698), ("System", 7040), ("Windows PowerShell", 800),
         ("Microsoft-Windows-PowerShell/Operational", 4104), ("Microsoft-Windows-Sysmon/Operational", 1)]
    ),
)  # fmt: skip
def test_any_message_gives_fields_and_no_exception(text: str, kind: tuple[str, int]) -> None:
    assert all(name for name, _ in fields_from_message(*kind, text))
    event = read(
        f"11/22/2026 09:00:00 AM\nLogName={kind[0]}\nEventCode={kind[1]}\n{text}\nMessage=m"
    )
    assert event is None or event.event_id is not None


def messages(corpus: Path) -> Any:
    for path in sorted((corpus / "otrf").glob("*.json*")):
        raw = path.read_bytes()
        for line in (gzip.decompress(raw) if path.suffix == ".gz" else raw).splitlines():
            row = json.loads(line) if line.strip() else {}
            message = row.get("Message") or row.get("message")
            if (
                isinstance(message, str)
                and str(row.get("EventID", "")).isdigit()
                and row.get("Channel")
            ):
                yield row, message


def plain(value: Any) -> str:
    return str("" if value is None else value).replace("\r\n", "\n").rstrip("\n").lower()


@pytest.mark.corpus
def test_messages_lead_back_to_the_fields_that_stand_beside_them(corpus: Path) -> None:
    seen: Counter[tuple[str, str]] = Counter()
    equal: Counter[str] = Counter()
    different = []
    for row, message in messages(corpus):
        kind = (row["Channel"].lower(), str(row["EventID"]))
        seen[kind] += 1
        if seen[kind] > 100:
            continue
        for name, value in fields_from_message(row["Channel"], int(row["EventID"]), message):
            if name not in row:
                continue
            # NXLog writes its own AccountName and Channel beside the event's.
            if (kind, name) in {
                (("system", "7045"), "AccountName"),
                (("system", "104"), "Channel"),
            }:
                continue
            if plain(unescape(str(row[name] or ""))) == plain(value):  # some captures are escaped
                equal[kind[0]] += 1
            else:
                different.append((kind, name, value, row[name]))
    assert different == []
    assert equal["security"] > 10_000
    assert equal["microsoft-windows-sysmon/operational"] > 10_000
    assert equal["microsoft-windows-powershell/operational"] > 200


def test_every_field_that_security_labels_give_is_spelt_as_declared() -> None:
    declared = datasets()["windows.security"].columns
    message = "A logon was attempted.\n\nSubject:\n\tAccount Name:\tx\n"
    for name, _ in fields_from_message("Security", 4648, message):
        assert declared[name.lower()] == name
