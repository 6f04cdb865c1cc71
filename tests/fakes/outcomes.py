"""What a source made of one file: rows, rejects and tallies, and whether they add up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gamekeeper.model.events import EventBatch
from gamekeeper.model.rejects import Reject, Tally
from gamekeeper.sources.base import Origin, ReadOptions, Source


class Outcome:
    """Everything that a source yielded."""

    def __init__(self, found: list[Any]) -> None:
        self.rejects = [item for item in found if isinstance(item, Reject)]
        self.tallies = [item for item in found if isinstance(item, Tally)]
        self.rows = [
            row for item in found if isinstance(item, EventBatch) for row in item.table.to_pylist()
        ]

    @property
    def tally(self) -> Tally:
        (only,) = self.tallies
        return only

    def column(self, name: str) -> list[Any]:
        return [row[name] for row in self.rows]

    def adds_up(self) -> bool:
        assert sum(tally.events for tally in self.tallies) == len(self.rows)
        assert sum(tally.rejects for tally in self.tallies) == sum(r.count for r in self.rejects)
        places = [(row["event.source"], row["event.offset"]) for row in self.rows]
        assert len(set(places)) == len(places)
        return all(tally.records_present == tally.events + tally.rejects for tally in self.tallies)


def read_bytes(source: Source, folder: Path, data: bytes, path: str = "x") -> Outcome:
    """Read bytes as a file that people see under ``path``."""
    local = folder / "file"
    local.write_bytes(data)
    origin = Origin(0, path, local, len(data))
    return Outcome(list(source.read(source.ranges(origin), ReadOptions())))
