"""The log that is edited byte by byte, and the records in it."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from gamekeeper.simulate.deeds import POWERSHELL, SECURITY, SYSMON, SYSTEM

if TYPE_CHECKING:
    from gamekeeper.simulate.deeds import Act, Stage, Wish
    from gamekeeper.simulate.surgery import LogFile, Record

_CHANNELS = (SECURITY, SECURITY, SYSTEM, SYSMON, POWERSHELL)


def choose_log(stage: Stage, wish: Wish) -> Act:
    """Return an act on a log that is wished or drawn."""
    channel = wish.options.get("channel") or wish.rng.choice(_CHANNELS)
    machine = stage.machine_for(wish, channel)
    return stage.act(wish, machine.host.name, [channel])


def choose_records(log: LogFile, share: float, count: int) -> tuple[int, Record, list[Record]]:
    """Return a chunk's offset, the record before, and up to ``count`` records after it in that chunk.

    ``share`` says where in the log: 0 is its start.
    """
    chunks = log.chunk_offsets
    at = chunks[min(int(share * len(chunks)), len(chunks) - 1)]
    records = log.records(at)
    if len(records) < 2:
        at, records = chunks[0], log.records(chunks[0])
    place = int((share * len(chunks)) % 1 * (len(records) - 1))
    place = max(min(place, len(records) - count - 1), 0)
    return at, records[place], records[place + 1 : place + 1 + count]


def describe_records(act: Act, log: LogFile, name: str, records: list[Record]) -> None:
    """Say in an act which records it was: all but the first, which stays before the gap."""
    act.start, act.stop = (_time(log, record) for record in (records[0], records[-1]))
    act.record_from, act.record_to = records[1].record_id, records[-1].record_id
    act.files = [name]


def _time(log: LogFile, record: Record) -> int:
    [filetime] = struct.unpack_from("<Q", log.data, record.at + 16)
    return int(filetime)
