from __future__ import annotations

from collections.abc import Callable

from gamekeeper.simulate.surgery import LogFile
from simulate.written import Made, read


def test_an_export_counts_anew_without_times(done: Callable[[str], Made]) -> None:
    out, act = done("export:channel=Security")
    path = out / act["files"][0]
    log = LogFile(path)
    heads = [record.record_id for at in log.chunk_offsets for record in log.records(at)]
    own = [event.record_id for event in read(path)[0]]
    assert heads == list(range(1, len(heads) + 1))
    assert own == list(range(own[0], own[0] + len(own)))
    assert own[0] > 2000


def test_a_filtered_export_holds_only_what_was_asked_for(done: Callable[[str], Made]) -> None:
    out, act = done("filtered-export:channel=Security:by=ids")
    events, _ = read(out / act["files"][0])
    asked = act["because"].rpartition("events ")[2].split(", ")
    assert {str(event.event_id) for event in events} <= set(asked)
    own = [event.record_id for event in events]
    assert own[-1] - own[0] > len(own)


def test_an_export_of_a_window_holds_that_window(done: Callable[[str], Made]) -> None:
    out, act = done("filtered-export:channel=Security:by=time")
    times = [event.filetime for event in read(out / act["files"][0])[0]]
    assert act["from"] <= min(times) <= max(times) < act["to"]
