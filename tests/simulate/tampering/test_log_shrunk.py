from __future__ import annotations

from collections.abc import Callable

from simulate.written import Made, ids


def test_the_oldest_records_are_overwritten(done: Callable[[str], Made]) -> None:
    out, act = done("log-shrunk:channel=Security:host=dc")
    found = ids(out / act["host"] / "Security.evtx")
    assert min(found) == act["record.to"] + 1
    assert sorted(found) == list(range(min(found), max(found) + 1))
