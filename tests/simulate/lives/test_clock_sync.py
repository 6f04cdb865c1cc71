from __future__ import annotations

import itertools
from collections.abc import Callable

from simulate.written import Made, read


def test_the_time_service_steps_the_clock_by_seconds(done: Callable[[str], Made]) -> None:
    out, act = done("clock-sync:way=back:host=dc:seconds=60:hour=12")
    events, _ = read(out / act["files"][0])
    times = [event.filetime for event in events]
    steps = [after - before for before, after in itertools.pairwise(times)]
    assert -60 * 10**7 <= min(steps) < 0
    told = [e.fields["ProcessName"] for e in events if e.event_id == 4616]
    assert {name.rpartition("\\")[2] for name in told} == {"svchost.exe"}
