"""Logs that are full: the newest chunk stands where the oldest was."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from gamekeeper.simulate.binxml import CHUNK_BYTES
from gamekeeper.simulate.surgery import FILE_HEADER_BYTES, LogFile

if TYPE_CHECKING:
    from pathlib import Path

    from gamekeeper.simulate.deeds import Act


def turn(act: Act, share: float, out: Path, written: dict[str, int]) -> None:
    """Let an act's first file have held no more than a share of its chunks at any time.

    What the ring overwrote becomes the act's records.
    """
    name = act.files[0]
    log = LogFile(out / name)
    chunks = log.chunk_offsets
    room = max(int(len(chunks) * share), 1)
    lost = len(chunks) - room
    if not lost:
        return
    records = [record for at in chunks[:lost] for record in log.records(at)]
    act.record_from, act.record_to = records[0].record_id, records[-1].record_id
    times = [struct.unpack_from("<Q", log.data, record.at + 16)[0] for record in records]
    act.start, act.stop = times[0], times[-1]
    written[name] -= len(records)
    ring = bytearray(log.data[: FILE_HEADER_BYTES + room * CHUNK_BYTES])
    for number, at in enumerate(chunks[lost:], start=lost):
        place = FILE_HEADER_BYTES + number % room * CHUNK_BYTES
        ring[place : place + CHUNK_BYTES] = log.data[at : at + CHUNK_BYTES]
    log.data = ring
    head = log.head()
    head.chunks, head.last_chunk = room, (len(chunks) - 1) % room
    head.first_chunk = (head.last_chunk + 1) % room
    log.set_head(head)
    log.save()
