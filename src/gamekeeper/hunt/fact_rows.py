"""Rows of facts on disk: what a worker leaves of its events for stages that look at all of them.

A new table is a gatherer (``integrity/base.py`` says what one is) in some room's list. A list of its own
takes three lines in ``hunt/reading.py``: a ``FactRows`` in the tray, ``add`` where a batch passes (before the
filter: what logs are; behind it: what was asked about), and its runs in the result. ``Sums.fact_runs``
gives them by the table's name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.engine.runs import Run, RunWriter
from gamekeeper.integrity.registry import GATHERERS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gamekeeper.integrity.base import Gatherer
    from gamekeeper.model.events import EventBatch


class FactRows:
    """Takes the events of one unit."""

    def __init__(self, folder: Path, name: str, gatherers: Sequence[Gatherer] = GATHERERS) -> None:
        self._writers = [
            (gatherer, RunWriter(folder, f"{name}-{gatherer.name}", gatherer.key))
            for gatherer in gatherers
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
        """Write what waits and return the runs of each table; no two tables of a hunt share a name."""
        return {gatherer.name: writer.finish() for gatherer, writer in self._writers}
