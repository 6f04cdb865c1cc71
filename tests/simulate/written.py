"""Written logs as the slow reader sees them, and their record headers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gamekeeper.model.build import Event
from gamekeeper.simulate.surgery import LogFile
from gamekeeper.sources.evtx import truth

#: A world's folder and the line of ``tampering.jsonl`` about what was done in it.
Made = tuple[Path, dict[str, Any]]


def read(path: Path) -> tuple[list[Event], list[Any]]:
    """Return a file's events and rejects."""
    found = list(truth.read_file(path))
    events = [item for item in found if isinstance(item, Event)]
    return events, [item for item in found if not isinstance(item, Event)]


def ids(path: Path) -> list[int]:
    """Return the EventRecordIDs of a file, in order."""
    return [event.event_record_id or 0 for event in read(path)[0]]


def header_ids(path: Path) -> list[int]:
    """Return the ids of a file's record headers, in order."""
    log = LogFile(path)
    return [record.record_id for at in log.chunk_offsets for record in log.records(at)]


def gone(act: dict[str, Any]) -> list[int]:
    """Return the ids of the records that an act was about."""
    return list(range(act["record.from"], act["record.to"] + 1))
