from __future__ import annotations

from collections.abc import Callable

from simulate.written import Made, read


def test_scripts_run_on_without_4104(done: Callable[[str], Made]) -> None:
    out, act = done("scripts-off:host=dc:hour=3")
    events, _ = read(out / act["host"] / "Microsoft-Windows-PowerShell%4Operational.evtx")
    after = {event.event_id for event in events if event.filetime > act["from"]}
    assert after == {40961, 40962, 53504}
