from __future__ import annotations

from collections.abc import Callable

import pytest

from gamekeeper.simulate.tampering.sysmon_blinded import WAYS
from simulate.written import Made, read

SAYS = {"unload": {255}, "stop": {4}, "rules": {16}, "quiet": set()}


@pytest.mark.parametrize("way", WAYS)
def test_sysmon_falls_silent_and_says_more_or_less(done: Callable[[str], Made], way: str) -> None:
    out, act = done(f"sysmon-blinded:host=jump:way={way}")
    events, _ = read(out / act["files"][0])
    last = max(event.filetime for event in events)
    assert last <= act["from"]
    assert {e.event_id for e in events[-3:]} & {4, 16, 255} == SAYS[way]
    security = read(out / act["host"] / "Security.evtx")[0]
    assert [e for e in security if e.event_id == 4688 and e.filetime > act["from"]]
