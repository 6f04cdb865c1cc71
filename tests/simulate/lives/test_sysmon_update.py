from __future__ import annotations

from collections.abc import Callable

from simulate.written import Made, read


def test_sysmon_comes_back_with_another_version(done: Callable[[str], Made]) -> None:
    out, act = done("sysmon-update:host=dc")
    events, _ = read(out / act["files"][0])
    states = [event.fields for event in events if event.event_id == 4]
    assert [fields["State"] for fields in states] == ["Stopped", "Started"]
    assert states[1]["Version"] != states[0]["Version"]
    after = [event for event in events if event.filetime > act["to"]]
    assert len(after) > 10
