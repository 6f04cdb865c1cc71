from __future__ import annotations

from collections.abc import Callable

from simulate.written import Made, read


def test_a_cleared_log_begins_with_its_clear(done: Callable[[str], Made]) -> None:
    out, act = done("cleared:channel=Security")
    first = read(out / act["files"][0])[0][0]
    assert first.event_id == 1102
    assert first.record_id == act["record.to"] + 1


def test_other_cleared_logs_are_told_of_in_system(done: Callable[[str], Made]) -> None:
    out, act = done("cleared:channel=Microsoft-Windows-PowerShell/Operational:host=jump")
    [system] = [name for name in act["files"] if name.endswith("/System.evtx")]
    told = [event for event in read(out / system)[0] if event.event_id == 104]
    assert len(told) == 1
    assert told[0].fields["Channel"] == act["channel"][0]
