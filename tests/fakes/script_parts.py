"""Script blocks in parts, and the way from events to matches of whole scripts without a hunt around it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from gamekeeper.engine.reference import ReferenceEngine
from gamekeeper.engine.runs import RunWriter
from gamekeeper.engine.scripts import parts
from gamekeeper.engine.scripts.reassembly import Reassembly, watching
from gamekeeper.engine.scripts.walk import Limits, Walk
from gamekeeper.model.build import BatchBuilder, Event
from gamekeeper.model.events import FILETIME_EPOCH, EventBatch
from gamekeeper.rules.plan import Plan

CHANNEL = "Microsoft-Windows-PowerShell/Operational"
SECOND = 10_000_000


@dataclass(frozen=True)
class Part:
    """One 4104 event; ``at`` is its offset and, in seconds, its time."""

    at: int
    number: str | None
    total: str | None
    text: str | None
    identity: str | None = "a1"
    host: str = "WS1.example.org"
    source: int = 0
    event_id: int = 4104
    channel: str = CHANNEL

    @property
    def event(self) -> Event:
        named = {
            "MessageNumber": self.number,
            "MessageTotal": self.total,
            "ScriptBlockText": self.text,
            "ScriptBlockId": self.identity,
            "Odd": f"odd {self.at}",
        }
        return Event(
            source=self.source,
            offset=self.at,
            record_id=self.at,
            filetime=FILETIME_EPOCH + self.at * SECOND,
            event_id=self.event_id,
            event_record_id=self.at,
            system={"Channel": self.channel, "Computer": self.host},
            data=[(name, value) for name, value in named.items() if value is not None],
        )


def batches(events: Iterable[Part]) -> list[EventBatch]:
    builder = BatchBuilder()
    found = [batch for part in events for batch in builder.add(part.event)]
    return [*found, *builder.flush()]


def walk(
    units: Sequence[Iterable[Part]], plan: Plan, folder: Path, limits: Limits | None = None
) -> Walk:
    """Gather units of parts, each as a worker would, for a walk over all of them."""
    runs = []
    for number, unit in enumerate(units):
        writer = RunWriter(folder, f"{number}-parts", parts.PART_KEY)
        for batch in batches(unit):
            for rows in parts.gather(batch, ReferenceEngine(plan).match(batch)):
                writer.add(rows)
        runs += writer.finish()
    return Walk(runs, limits)


def matched(
    units: Sequence[Iterable[Part]], plan: Plan, folder: Path, limits: Limits | None = None
) -> list[dict[str, object]]:
    """Return the matches that whole scripts add."""
    pieces = walk(units, plan, folder, limits).pieces()
    tables: list[pa.RecordBatch] = []
    for told, _ in Reassembly(watching(plan)).found(pieces):
        tables += told
    return [row for table in tables for row in table.to_pylist()]
