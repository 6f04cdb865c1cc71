"""Copies of one event share a fingerprint; different events do not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from gamekeeper.model.build import BatchBuilder, Event
from gamekeeper.model.events import FILETIME_EPOCH, EventBatch
from gamekeeper.model.fingerprint import fingerprints, short_host

DATA = (("Image", "c:\\a.exe"), ("Odd", "1"), ("Odd", "2"), ("ProcessID", "4"), ("ProcessId", "5"))
EVENT = Event(
    source=0,
    offset=512,
    record_id=1,
    filetime=FILETIME_EPOCH + 7,
    event_id=1,
    event_record_id=42,
    system={
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        "Computer": "WS1.example.org",
        "Provider_Name": "Microsoft-Windows-Sysmon",
        "Execution_ProcessID": "9",
    },
    data=DATA,
)


def batch_of(*made: Event) -> EventBatch:
    builder = BatchBuilder()
    for event in made:
        assert not list(builder.add(event))
    (batch,) = builder.flush()
    return batch


def prints(*made: Event) -> list[bytes]:
    rows = np.arange(len(made), dtype=np.int32)
    found: list[bytes] = fingerprints(batch_of(*made), rows).to_pylist()
    return found


def system(**names: str) -> Event:
    return replace(EVENT, system=EVENT.system | names)


@pytest.mark.parametrize(
    "copy",
    [
        replace(EVENT, source=9, offset=0, record_id=None),
        replace(EVENT, data=DATA[::-1]),
        replace(EVENT, data=(*DATA, ("Message", "rendered"), ("RenderingInfo_Level", "Info"))),
        replace(EVENT, data=(*DATA, ("User", ""), ("Odder", ""))),
        replace(EVENT, data=(*DATA, ("System_Extra", "x"))),
        replace(EVENT, data=(("IMAGE", "c:\\a.exe"), *DATA[1:])),
        system(Computer="ws1"),
        system(Channel="microsoft-windows-sysmon/operational"),
        system(Execution_ProcessID="1", Keywords="0x1"),
    ],
)
def test_copies_share_a_fingerprint(copy: Event) -> None:
    assert prints(EVENT) == prints(copy)


@pytest.mark.parametrize(
    "other",
    [
        replace(EVENT, filetime=FILETIME_EPOCH + 8),
        replace(EVENT, event_record_id=43),
        replace(EVENT, event_record_id=None),
        replace(EVENT, data=DATA[1:]),
        replace(EVENT, data=(*DATA, ("Odd", "2"))),
        replace(EVENT, data=(("Image", "c:\\A.exe"), *DATA[1:])),
        replace(EVENT, data=(("User", "c:\\a.exe"), *DATA[1:])),
        system(Computer="ws2"),
        system(Provider_Name="other"),
        # Two fields in one's clothes.
        replace(EVENT, data=(("Image", "c:\\a.exe\x1fodd\x1f1\x1f1"), *DATA[2:])),
    ],
)
def test_different_events_differ(other: Event) -> None:
    assert prints(EVENT) != prints(other)


def test_rows_are_given_in_the_order_asked() -> None:
    made = [replace(EVENT, event_record_id=n) for n in range(50)]
    whole = prints(*made)
    rows = np.array([40, 3, 3], np.int32)
    found = fingerprints(batch_of(*made), rows)
    assert found.type == pa.binary(16)
    assert found.to_pylist() == [whole[40], whole[3], whole[3]]


def test_a_part_of_a_batch_gives_the_same() -> None:
    made = [replace(EVENT, data=(*DATA, ("Extra", str(n)))) for n in range(6)]
    batch = batch_of(*made)
    part = EventBatch(batch.dataset, batch.table.slice(2, 3))
    assert fingerprints(part, np.arange(3, dtype=np.int32)).to_pylist() == prints(*made)[2:5]


def test_events_without_anything_have_one_too() -> None:
    bare = Event(0, 0)
    assert prints(bare) == prints(replace(bare, offset=7))
    assert len(prints(bare)[0]) == 16


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Pedro01", "pedro01"),
        ("10.1.2.3", "10.1.2.3"),
        ("fe80::1", "fe80::1"),
        ("A.b.c", "a"),
        ("", ""),
    ],
)
def test_hosts_are_told_by_their_short_names(name: str, short: str) -> None:
    assert short_host(name) == short
