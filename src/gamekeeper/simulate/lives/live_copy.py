"""A log copied while the service had it open, raw or out of a shadow copy.

Seen in real copies: the file's header is dirty, and its next record id names a record in the middle of the
last chunk (``header``); next id and chunk count are many chunks old (``old-header``); the last chunk's
header knows less than stands behind it (``old-chunk``) or its checksum is of fewer records
(``old-checksum``); chunks in the middle were not on the disk yet and read as zeros (``unflushed``), so
that their records are missing. The service reserves room in steps of a megabyte, so zeros follow in a log
that never was full.
"""

from __future__ import annotations

import struct
import zlib
from functools import partial
from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.binxml import CHUNK_BYTES
from gamekeeper.simulate.deeds import (
    COLLECTED,
    POWERSHELL,
    SECURITY,
    SYSMON,
    SYSTEM,
    TASKS,
    Act,
    Deed,
)
from gamekeeper.simulate.files import file_of
from gamekeeper.simulate.surgery import DIRTY, FILE_HEADER_BYTES, LogFile, Record

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    from gamekeeper.simulate.deeds import Stage, Wish

STATES: Final = ("header", "old-header", "old-chunk", "old-checksum", "unflushed")
_STEP: Final = 16 * CHUNK_BYTES
_RECORDS_AT: Final = 512


def _play(stage: Stage, wish: Wish) -> None:
    channel = wish.options.get("channel") or wish.rng.choice(
        (SECURITY, SECURITY, SYSTEM, SYSMON, SYSMON, POWERSHELL, TASKS)
    )
    machine = stage.machine_for(wish, channel)
    act = stage.act(wish, machine.host.name, [channel], cause="live copy")
    act.because = "the dirty flag says that headers were not written"
    act.start = act.stop = stage.world.end
    state = wish.one_of("state", STATES)
    stage.on_written.append((COLLECTED, act, partial(_copy, act, state, wish.rng)))


def _copy(act: Act, state: str, rng: Random, out: Path, written: dict[str, int]) -> None:
    name = file_of(act.host, act.channels[0])
    log = LogFile(out / name)
    act.files = [name]
    chunks = log.chunk_offsets
    head = log.head()
    head.flags |= DIRTY
    last = log.records(chunks[-1])
    if state == "unflushed" and len(chunks) > 2:
        written[name] -= _forget_chunk(act, log, rng.choice(chunks[1:-1]))
    elif state in ("old-chunk", "old-checksum") and len(last) > 2:
        kept = rng.randint(1, len(last) - 1)
        if state == "old-chunk":
            written[name] -= len(last) - kept
            act.record_from, act.record_to = last[kept].record_id, last[-1].record_id
        _age_chunk(log, chunks[-1], last[:kept], is_whole=state == "old-chunk")
    if state == "old-header" and len(chunks) > 1:
        old = rng.randint(1, len(chunks) - 1)
        head.chunks, head.last_chunk = old, old - 1
        last = log.records(chunks[old - 1])
    head.next_id = rng.choice(last).record_id
    log.set_head(head)
    if log.chunk_head(log.chunk_offsets[0]).first_id == 1:
        _reserve(log)
    log.save()


def _reserve(log: LogFile) -> None:
    """Let zeros follow up to the next step; a log that is older than the world has long been full."""
    room = FILE_HEADER_BYTES + CHUNK_BYTES
    while room < len(log.data):
        room += _STEP
    log.data += bytes(room - len(log.data))


def _forget_chunk(act: Act, log: LogFile, at: int) -> int:
    records = log.records(at)
    act.start, act.stop = (_time(log, record) for record in (records[0], records[-1]))
    act.record_from, act.record_to = records[0].record_id, records[-1].record_id
    act.because = (
        "a chunk in the middle reads as zeros, and the dirty flag says that it was not written yet"
    )
    log.data[at : at + CHUNK_BYTES] = bytes(CHUNK_BYTES)
    return len(records)


def _time(log: LogFile, record: Record) -> int:
    [filetime] = struct.unpack_from("<Q", log.data, record.at + 16)
    return int(filetime)


def _age_chunk(log: LogFile, at: int, known: list[Record], *, is_whole: bool) -> None:
    """Let a chunk's header know only its first records; not ``is_whole``: only its checksum does."""
    head = log.chunk_head(at)
    free = known[-1].at + known[-1].size - at
    head.data_crc = zlib.crc32(log.data[at + _RECORDS_AT : at + free])
    if is_whole:
        head.last_id = known[-1].record_id
        head.last_number = head.first_number + len(known) - 1
        head.last_offset, head.free_offset = known[-1].at - at, free
    log.set_chunk_head(at, head)


DEEDS: Final = (Deed("live-copy", _play, "a log is copied while in use", frozenset({"state"})),)
