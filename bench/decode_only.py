"""Decode EVTX files to Arrow in one process, in the units of an ingest, and keep nothing."""

from __future__ import annotations

import sys
from pathlib import Path

from gamekeeper.hunt.ingest import UNIT_BYTES
from gamekeeper.hunt.units import pack
from gamekeeper.model.events import EventBatch
from gamekeeper.sources.base import Origin, ReadOptions
from gamekeeper.sources.evtx.source import EvtxSource


def main() -> None:
    paths = [Path(word) for word in sys.argv[1:]]
    origins = [Origin(n, p.name, p, p.stat().st_size) for n, p in enumerate(paths)]
    source = EvtxSource()
    events = 0
    for unit in pack([("evtx", source.ranges(origin)) for origin in origins], UNIT_BYTES):
        for item in unit.read(ReadOptions()):
            if isinstance(item, EventBatch):
                events += len(item)
    print(events)


if __name__ == "__main__":
    main()
