"""Written logs as the reader sees them, and their record headers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from gamekeeper.model.events import EventBatch
from gamekeeper.model.rejects import Reject
from gamekeeper.simulate.surgery import LogFile
from gamekeeper.sources.base import Origin, ReadOptions
from gamekeeper.sources.evtx.reader import EvtxReader
from gamekeeper.sources.evtx.source import EvtxSource

#: A world's folder and the line of ``tampering.jsonl`` about what was done in it.
Made = tuple[Path, dict[str, Any]]


@dataclass(frozen=True)
class Seen:
    """One event. ``fields``: all texts by name, those of the event's own part over those of its envelope."""

    event_id: int
    record_id: int
    filetime: int
    computer: str
    channel: str
    fields: dict[str, str]


def _seen(row: dict[str, Any]) -> Seen:
    fields = {name: value for name, value in row.items() if isinstance(value, str)}
    fields |= {pair["name"]: pair["value"] for pair in row["event.rest"] or ()}
    place = row["Computer"], row["Channel"]
    return Seen(row["EventID"], row["EventRecordID"], row["event.filetime"], *place, fields)


@cache
def read(path: Path) -> tuple[list[Seen], list[Reject]]:
    """Return a file's events, in its order, and rejects."""
    rows: list[dict[str, Any]] = []
    rejects: list[Reject] = []
    ranges = EvtxSource().ranges(Origin(0, path.name, path, path.stat().st_size))
    for reading in EvtxReader(ReadOptions()).read(list(ranges)):
        if isinstance(reading, EventBatch):
            rows += reading.table.to_pylist()
        elif isinstance(reading, Reject):
            rejects.append(reading)
    rows.sort(key=lambda row: row["event.offset"])
    return [_seen(row) for row in rows], rejects


def ids(path: Path) -> list[int]:
    """Return the EventRecordIDs of a file, in order."""
    return [event.record_id for event in read(path)[0]]


def header_ids(path: Path) -> list[int]:
    """Return the ids of a file's record headers, in order."""
    log = LogFile(path)
    return [record.record_id for at in log.chunk_offsets for record in log.records(at)]


def gone(act: dict[str, Any]) -> list[int]:
    """Return the ids of the records that an act was about."""
    return list(range(act["record.from"], act["record.to"] + 1))
