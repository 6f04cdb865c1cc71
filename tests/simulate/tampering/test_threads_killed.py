from __future__ import annotations

from collections.abc import Callable

from simulate.written import Made, read


def test_all_logs_of_the_host_fall_silent_without_1100(done: Callable[[str], Made]) -> None:
    out, act = done("threads-killed:until=end")
    events = [e for path in (out / act["host"]).glob("*.evtx") for e in read(path)[0]]
    assert max(event.filetime for event in events) <= act["from"]
    assert 1100 not in {event.event_id for event in events}


def test_others_see_the_host_all_the_same(done: Callable[[str], Made]) -> None:
    out, act = done("threads-killed:until=end")
    [security] = out.glob("*DC01/Security.evtx")
    seen = [
        event
        for event in read(security)[0]
        if event.filetime > act["from"] and f"{act['host']}$" in event.fields.values()
    ]
    assert len(seen) > 3


def test_the_host_starts_without_having_stopped(done: Callable[[str], Made]) -> None:
    out, act = done("threads-killed:until=reboot:hour=6:hours=5")
    numbers = [event.event_id for event in read(out / act["host"] / "System.evtx")[0]]
    assert 12 in numbers
    assert not {13, 1074, 6006} & set(numbers)
