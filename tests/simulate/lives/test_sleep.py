from __future__ import annotations

from collections.abc import Callable

import pytest

from simulate.written import Made, read


@pytest.mark.parametrize("name", ["sleep", "hibernate"])
def test_a_sleeping_host_logs_nothing_and_says_when_it_wakes(
    done: Callable[[str], Made], name: str
) -> None:
    out, act = done(name)
    events = [e for path in (out / act["host"]).glob("*.evtx") for e in read(path)[0]]
    inside = [e.event_id for e in events if act["from"] < e.filetime < act["to"]]
    assert inside == []
    told = {e.event_id for e in read(out / act["files"][0])[0]}
    assert {42, 107} <= told or {506, 507} <= told
