"""EVTX files on disk, and the facts and breaks that a hunt over them gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from gamekeeper.hunt.api import start
from gamekeeper.hunt.request import Request
from gamekeeper.model.breaks import Break
from gamekeeper.simulate.evtx import EvtxWriter
from gamekeeper.simulate.layouts import Envelope, WrittenEvent, event_data
from gamekeeper.simulate.values import TEXT, UINT32

START = 133_500_000_000_000_000
_PROCESS = Envelope("Microsoft-Windows-Sysmon", "Microsoft-Windows-Sysmon/Operational", 1)
_DATA = event_data([("ProcessId", UINT32), ("CommandLine", TEXT)])


def written(path: Path, count: int = 600, *, first: int = 5_001) -> Path:
    """Write a log of its own: process starts, one a second, numbered from ``first``."""
    with EvtxWriter(path, first_record_id=first) as writer:
        for number in range(count):
            values = (number, f"net view host{number % 7}")
            event = WrittenEvent(
                _PROCESS, _DATA, values, "HOST1.example.org", START + number * 10**7
            )
            writer.write(event)
    return path


def edited(path: Path, edit: Callable[[bytearray], object]) -> Path:
    """Change a file's bytes in place."""
    raw = bytearray(path.read_bytes())
    edit(raw)
    path.write_bytes(raw)
    return path


def opened(raw: bytearray) -> None:
    """Say in the file's header that the log is open."""
    raw[120] |= 1


def breaks_of(paths: Iterable[Path], *checks: str) -> list[Break]:
    """Return what a hunt says of files, of some checks only."""
    request = Request(paths=tuple(str(path) for path in paths), ruleless=True, workers=1)
    with start(request) as hunt:
        integrity = hunt.result.integrity
        assert integrity is not None
        return [one for one in integrity.breaks if one.anomaly.check in checks]
