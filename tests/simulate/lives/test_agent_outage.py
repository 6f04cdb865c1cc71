from __future__ import annotations

from collections.abc import Callable

from simulate.written import Made, read


def test_a_healed_collector_has_everything(done: Callable[[str], Made]) -> None:
    out, act = done("agent-outage-healed:hour=9:hours=3")
    copies, _ = read(out / act["files"][0])
    during = [e for e in copies if act["from"] <= e.filetime < act["to"]]
    assert len(during) > 50
    order = [e.filetime for e in copies]
    assert order != sorted(order)


def test_a_collector_without_bookmarks_has_a_gap(done: Callable[[str], Made]) -> None:
    out, act = done("agent-outage:hour=9:hours=3")
    copies, _ = read(out / act["files"][0])
    times = [event.filetime for event in copies]
    assert not [time for time in times if act["from"] <= time < act["to"]]
    assert min(times) < act["from"] < act["to"] <= max(times)
