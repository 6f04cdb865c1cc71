from __future__ import annotations

from collections.abc import Callable

from simulate.written import Made, read


def test_a_disabled_channel_is_silent_and_the_registry_knows(done: Callable[[str], Made]) -> None:
    out, act = done("channel-disabled:channel=Microsoft-Windows-TaskScheduler/Operational")
    tasks = read(out / act["host"] / "Microsoft-Windows-TaskScheduler%4Operational.evtx")[0]
    assert max(event.filetime for event in tasks) < act["from"]
    sysmon = read(out / act["host"] / "Microsoft-Windows-Sysmon%4Operational.evtx")[0]
    keys = [e.fields["TargetObject"] for e in sysmon if e.event_id == 13]
    assert any(key.endswith("TaskScheduler/Operational\\Enabled") for key in keys)
