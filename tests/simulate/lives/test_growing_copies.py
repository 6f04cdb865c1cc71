from __future__ import annotations

from collections.abc import Callable

from simulate.written import Made, read


def test_the_later_copy_holds_the_earlier(done: Callable[[str], Made]) -> None:
    out, act = done("growing-copies:channel=Security")
    early, late = ([event.record_id for event in read(out / name)[0]] for name in act["files"])
    assert 0 < len(early) < len(late)
    assert late[: len(early)] == early
    assert not (out / act["host"] / "Security.evtx").exists()
