from __future__ import annotations

import struct
from collections.abc import Callable

from gamekeeper.simulate.surgery import LogFile
from simulate.written import Made, gone, header_ids, ids


def test_records_linked_past_stand_whole_in_the_one_before(
    done: Callable[[str], Made],
) -> None:
    out, act = done("linked-past:channel=Security:records=3")
    path = out / act["files"][0]
    found = ids(path)
    assert sorted([*found, *gone(act)]) == list(range(found[0], found[-1] + 1))
    log = LogFile(path)
    [host] = [
        record
        for at in log.chunk_offsets
        for record in log.records(at)
        if record.record_id == act["record.from"] - 1
    ]
    inside = log.data[host.at + 4 : host.at + host.size]
    for record_id in gone(act):
        assert b"**\0\0" in inside
        assert struct.pack("<Q", record_id) in inside


def test_ids_behind_hidden_records_move_down_where_wished(done: Callable[[str], Made]) -> None:
    out, act = done("linked-past-renumbered:channel=Security:records=3")
    path = out / act["files"][0]
    heads, own = header_ids(path), ids(path)
    assert heads == list(range(heads[0], heads[0] + len(heads)))
    assert own[-1] - heads[-1] == len(gone(act))
    assert LogFile(path).head().next_id == heads[-1] + 1
