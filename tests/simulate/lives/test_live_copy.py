from __future__ import annotations

from collections.abc import Callable

import pytest

from gamekeeper.simulate.lives.live_copy import STATES
from gamekeeper.simulate.surgery import DIRTY, LogFile
from simulate.written import Made, read


@pytest.mark.parametrize("state", STATES)
def test_a_copy_of_a_log_in_use_is_dirty_and_behind(
    done: Callable[[str], Made], state: str
) -> None:
    out, act = done(f"live-copy:channel=Security:host=dc:state={state}")
    log = LogFile(out / act["files"][0])
    head = log.head()
    last = max(record.record_id for at in log.chunk_offsets for record in log.records(at))
    assert head.flags & DIRTY
    assert head.next_id <= last
    assert len(log.data) == 4096 + 65_536 * (len(log.chunk_offsets) + (state == "unflushed"))


def test_a_chunk_that_was_not_written_yet_is_missing(done: Callable[[str], Made]) -> None:
    out, act = done("live-copy:channel=Security:host=dc:state=unflushed")
    own = [event.record_id for event in read(out / act["files"][0])[0]]
    missing = set(range(own[0], own[-1])) - set(own)
    assert missing == set(range(act["record.from"], act["record.to"] + 1))
    assert len(missing) > 10
