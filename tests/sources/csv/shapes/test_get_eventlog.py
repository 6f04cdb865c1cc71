from __future__ import annotations

from typing import Any


def test_the_display_name_of_a_provider_is_turned_back(read: Any) -> None:
    header = "EventID,MachineName,Index,EntryType,Message,Source,TimeGenerated\n"
    [event] = read(
        header + "7,pc,3,Information,m,Microsoft Windows security auditing.,2026-11-22 09:00\n"
    ).events
    assert event["Provider_Name"] == "Microsoft-Windows-Security-Auditing"
    assert event["Channel"] == "Security"
    assert event["EventRecordID"] == 3
