"""Decode EVTX files to Arrow with the processes that an ingest would use, and keep nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gamekeeper.engine.runner_local import LocalRunner
from gamekeeper.hunt.ingest import UNIT_BYTES
from gamekeeper.hunt.units import Unit, pack
from gamekeeper.hunt.workers import workers_for
from gamekeeper.model.events import EventBatch
from gamekeeper.sources.base import Origin, ReadOptions
from gamekeeper.sources.evtx.source import EvtxSource


@dataclass(frozen=True, slots=True)
class DecodeStage:
    """Reads, and counts."""

    def prepare(self) -> Callable[[Unit], int]:
        return _count

    def split(self, unit: Unit) -> list[Unit]:
        return unit.split()

    def limit_s(self, unit: Unit, *, is_first: bool) -> float:  # noqa: ARG002
        return 600.0


def _count(unit: Unit) -> int:
    return sum(len(item) for item in unit.read(ReadOptions()) if isinstance(item, EventBatch))


def main() -> None:
    paths = [Path(word) for word in sys.argv[1:]]
    origins = [Origin(n, p.name, p, p.stat().st_size) for n, p in enumerate(paths)]
    source = EvtxSource()
    units = list(pack([("evtx", source.ranges(origin)) for origin in origins], UNIT_BYTES))
    size = sum(unit.size_bytes for unit in units)
    runner = LocalRunner(workers_for(0, size, len(units)), Path.cwd())
    print(sum(outcome.result for outcome in runner.map_batches(DecodeStage(), units)))  # type: ignore[union-attr]


if __name__ == "__main__":
    main()
