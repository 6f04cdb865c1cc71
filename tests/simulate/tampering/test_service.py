from __future__ import annotations

from collections.abc import Callable

import pytest

from simulate.written import Made, gone, header_ids, ids, read

SYSTEM = "{host}/System.evtx"


@pytest.mark.parametrize("wish", ["service-stopped", "recreated:channel=Security"])
def test_the_service_stops_and_starts_without_a_boot(
    done: Callable[[str], Made], wish: str
) -> None:
    out, act = done(wish)
    events, _ = read(out / SYSTEM.format(**act))
    numbers = [event.event_id for event in events]
    stop, start = numbers.index(6006), numbers.index(6005, numbers.index(6006))
    assert set(numbers[stop + 1 : start]) <= {6009}
    assert not {12, 13, 1074} & set(numbers[stop - 1 : start + 3])


def test_nothing_is_logged_while_the_service_stands_still(done: Callable[[str], Made]) -> None:
    out, act = done("service-stopped")
    logs = list((out / act["host"]).glob("*.evtx"))
    times = [event.filetime for path in logs for event in read(path)[0]]
    assert len(logs) > 5
    assert not [time for time in times if act["from"] < time < act["to"]]
    assert [time for time in times if time < act["from"]]
    assert [time for time in times if time > act["to"]]


def test_ids_go_on_where_the_service_went_on(done: Callable[[str], Made]) -> None:
    out, act = done("service-stopped")
    found = ids(out / act["files"][0])
    assert found == list(range(found[0], found[0] + len(found)))


def test_a_file_made_anew_counts_from_1(done: Callable[[str], Made]) -> None:
    out, act = done("recreated:channel=Security")
    [security] = [out / name for name in act["files"] if name.endswith("Security.evtx")]
    assert ids(security) == header_ids(security)
    assert ids(security)[0] == 1
    assert gone(act)[0] > 2000
    assert min(event.filetime for event in read(security)[0]) >= act["to"]
