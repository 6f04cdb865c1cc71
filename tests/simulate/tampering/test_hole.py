from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from gamekeeper.simulate import Setting, simulate
from simulate.written import Made, gone, header_ids, ids, read


def test_a_hole_leaves_a_gap_in_both_kinds_of_ids(done: Callable[[str], Made]) -> None:
    out, act = done("hole:channel=System:records=4")
    found = ids(out / act["files"][0])
    assert found == header_ids(out / act["files"][0])
    assert len(gone(act)) == 4
    assert sorted([*found, *gone(act)]) == list(range(found[0], found[-1] + 1))


def test_renumbered_headers_part_from_the_events_own_ids(done: Callable[[str], Made]) -> None:
    out, act = done("header-renumbered:channel=Security:records=7:hour=8:minutes=60")
    heads = header_ids(out / act["files"][0])
    assert heads == list(range(heads[0], heads[0] + len(heads)))
    offsets = [own - head for own, head in zip(ids(out / act["files"][0]), heads, strict=True)]
    assert set(offsets) == {0, 7}
    assert offsets.index(7) == act["record.from"] - heads[0]
    assert offsets[-1] == 0  # what came after the edit


def test_a_renumbered_log_shows_nothing(done: Callable[[str], Made]) -> None:
    out, act = done("renumbered:channel=Security:minutes=90")
    found = ids(out / act["files"][0])
    assert found == header_ids(out / act["files"][0])
    assert found == list(range(found[0], found[0] + len(found)))
    assert not act["provable"]


def test_a_collector_keeps_what_was_renumbered_away(tmp_path: Path) -> None:
    setting = Setting(forwarded=True, tamper=("renumbered:channel=Security:host=dc",))
    simulate(tmp_path / "w", seed=5, days=1, hosts=3, intrusion=None, setting=setting)
    act = json.loads((tmp_path / "w" / "tampering.jsonl").read_text())
    [collected] = (tmp_path / "w").rglob("ForwardedEvents.evtx")
    copies = {
        event.record_id
        for event in read(collected)[0]
        if event.channel == "Security" and "DC01" in event.computer
    }
    assert act["provable"]
    assert set(gone(act)) <= copies
