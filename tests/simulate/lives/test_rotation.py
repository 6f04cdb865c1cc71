from __future__ import annotations

from collections.abc import Callable

from gamekeeper.simulate.surgery import LogFile
from simulate.written import Made, ids


def test_the_newest_chunk_stands_where_the_oldest_was(done: Callable[[str], Made]) -> None:
    out, act = done("rotation:channel=Security:host=dc:percent=60")
    path = out / act["files"][0]
    log = LogFile(path)
    head = log.head()
    firsts = [log.chunk_head(at).first_id for at in log.chunk_offsets]
    assert firsts.index(min(firsts)) == head.first_chunk
    assert firsts.index(max(firsts)) == head.last_chunk
    assert min(firsts) == act["record.to"] + 1
    assert sorted(ids(path)) == list(range(min(ids(path)), head.next_id))
