"""Small EVTX files, written anew, and a reader of them that keeps everything."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from gamekeeper.model.events import EventBatch
from gamekeeper.model.rejects import Reject, Tally
from gamekeeper.simulate.evtx import EvtxWriter
from gamekeeper.simulate.layouts import Envelope, WrittenEvent, event_data
from gamekeeper.simulate.values import HEX64, TEXT, UINT32
from gamekeeper.sources.base import Origin, ReadOptions
from gamekeeper.sources.evtx.reader import EvtxReader
from gamekeeper.sources.evtx.source import EvtxSource

if TYPE_CHECKING:
    from pathlib import Path

START = 133_500_000_000_000_000


@dataclass
class ReadBack:
    """All that reading gave."""

    batches: list[EventBatch] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    tallies: list[Tally] = field(default_factory=list)

    @property
    def rows(self) -> list[dict[str, object]]:
        found = [row for batch in self.batches for row in batch.table.to_pylist()]
        return sorted(found, key=lambda row: (row["event.source"], row["event.offset"]))

    @property
    def counts(self) -> tuple[int, int, int]:
        """Records present, events, rejects."""
        tallies = self.tallies
        return (
            sum(t.records_present for t in tallies),
            sum(t.events for t in tallies),
            sum(t.rejects for t in tallies),
        )


def read(
    *paths: Path, recover: bool = False, paranoid: bool = True, most_rows: int = 1 << 16
) -> ReadBack:
    """Read files as one worker would."""
    source, found = EvtxSource(), ReadBack()
    ranges = [
        r
        for i, path in enumerate(paths)
        for r in source.ranges(Origin(i, path.name, path, path.stat().st_size))
    ]
    options = ReadOptions(recover=recover, paranoid=paranoid)
    for reading in EvtxReader(options, most_rows=most_rows).read(ranges):
        if isinstance(reading, EventBatch):
            found.batches.append(reading)
        elif isinstance(reading, Reject):
            found.rejects.append(reading)
        else:
            found.tallies.append(reading)
    return found


PROCESS = Envelope("Microsoft-Windows-Sysmon", "Microsoft-Windows-Sysmon/Operational", 1)
PROCESS_DATA = event_data(
    [
        ("ProcessId", UINT32),
        ("Image", TEXT),
        ("CommandLine", TEXT),
        ("LogonId", HEX64),
        ("Odd", TEXT),
    ]
)


def process(number: int, command: str = "whoami /all") -> WrittenEvent:
    """Return one process start."""
    values = (number, "C:\\Windows\\System32\\cmd.exe", command, 0x3E7, f"odd {number}")
    return WrittenEvent(PROCESS, PROCESS_DATA, values, "HOST1.example.org", START + number * 10**7)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log of 600 process starts in several chunks."""
    path = tmp_path / "Sysmon.evtx"
    with EvtxWriter(path) as writer:
        for number in range(600):
            writer.write(process(number, f"net view host{number % 7}"))
    return path
