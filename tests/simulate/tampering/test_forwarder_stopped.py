from __future__ import annotations

from collections.abc import Callable

from simulate.written import Made, read


def test_the_collector_loses_one_host_only(done: Callable[[str], Made]) -> None:
    out, act = done("forwarder-stopped")
    copies, _ = read(out / act["files"][0])
    later = {e.computer for e in copies if e.filetime >= act["from"]}
    assert later
    assert not [name for name in later if name.startswith(act["host"])]
    own, _ = read(out / act["host"] / "Security.evtx")
    assert [event for event in own if event.filetime >= act["from"]]
