"""Rows of facts on disk: what a worker leaves of its events for checks on the logs themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.engine.runs import Run, RunWriter
from gamekeeper.integrity.registry import GATHERERS

if TYPE_CHECKING:
    from pathlib import Path

    from gamekeeper.model.events import EventBatch


class FactRows:
    """Takes the events of one unit."""

    def __init__(self, folder: Path, name: str) -> None:
        self._writers = [
            (gatherer, RunWriter(folder, f"{name}-{gatherer.name}", gatherer.key))
            for gatherer in GATHERERS
        ]

    def add(self, batch: EventBatch) -> None:
        """Keep what the gatherers want of a batch."""
        if len(batch) == 0:
            return
        for gatherer, writer in self._writers:
            rows = gatherer.gather(batch)
            if rows is not None:
                writer.add(rows)

    def finish(self) -> dict[str, tuple[Run, ...]]:
        """Write what waits and return the runs of each table."""
        return {gatherer.name: writer.finish() for gatherer, writer in self._writers}
