"""How many processes a hunt starts."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

#: Input below this is read in the time that worker processes take to start.
_SMALL_BYTES: Final = 8 << 20
#: Memory that one worker may come to need; more cores than this allows are left alone.
_WORKER_BYTES: Final = 512 << 20


def workers_for(asked: int, size_bytes: int, units: int) -> int:
    """Return how many processes to start: none (all is done in this one) on wish, or for little work.

    One process for one unit is worth it, too: it can crash without taking the run along.
    """
    if asked == 1 or (asked == 0 and size_bytes < _SMALL_BYTES):
        return 0
    return max(1, min(asked or min(cores(), _room()), units))


def cores() -> int:
    """Return the cores that this process may use."""
    if sys.platform.startswith("linux"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _room() -> int:
    """Return the workers that fit into the memory that is free now."""
    try:
        text = Path("/proc/meminfo").read_text(encoding="ascii")
        fields = dict(line.split(":", 1) for line in text.splitlines())
        return int(fields["MemAvailable"].split()[0]) * 1024 // _WORKER_BYTES
    except (OSError, KeyError, ValueError):
        return cores()
