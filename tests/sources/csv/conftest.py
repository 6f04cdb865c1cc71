"""One way to read bytes as a CSV file and look at what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

from gamekeeper.model.events import EventBatch
from gamekeeper.model.rejects import Reject, Tally
from gamekeeper.sources.base import Origin, ReadOptions
from gamekeeper.sources.csv.source import CsvSource

_OWN = ("event.source", "event.state", "event.offset", "@timestamp")


@dataclass
class Outcome:
    events: list[dict[str, Any]]
    rejects: list[Reject]
    tally: Tally

    @property
    def ids(self) -> list[int]:
        return [event["EventID"] for event in self.events]

    @property
    def reasons(self) -> list[str]:
        return [reject.reason for reject in self.rejects]

    def adds_up(self) -> bool:
        assert self.tally.events == len(self.events)
        assert self.tally.rejects == len(self.rejects)
        return self.tally.records_present == self.tally.events + self.tally.rejects


class Reader(Protocol):
    def __call__(self, data: bytes | str, **options: Any) -> Outcome: ...


def filled(row: dict[str, Any], dataset: str) -> dict[str, Any]:
    """Return what a row holds, without the columns that every row has."""
    event = {
        key: value
        for key, value in row.items()
        if value not in (None, [], False) and key not in _OWN
    }
    if "event.rest" in event:
        event["event.rest"] = [[pair["name"], pair["value"]] for pair in event["event.rest"]]
    return {**event, "dataset": dataset}


def outcome_of(folder: Path, data: bytes | str, **options: Any) -> Outcome:
    path = folder / "events.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    source = CsvSource()
    origin = Origin(4, "events.csv", path, path.stat().st_size)
    found = list(source.read(source.ranges(origin), ReadOptions(**options)))
    [tally] = [item for item in found if isinstance(item, Tally)]
    events = [
        filled(row, item.dataset)
        for item in found
        if isinstance(item, EventBatch)
        for row in item.table.to_pylist()
    ]
    return Outcome(events, [item for item in found if isinstance(item, Reject)], tally)


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    def reader(data: bytes | str, **options: Any) -> Outcome:
        return outcome_of(tmp_path, data, **options)

    return reader


@pytest.fixture
def any_bytes(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """Like ``read``, for property tests: one folder for all examples."""
    folder = tmp_path_factory.mktemp("bytes")

    def reader(data: bytes | str, **options: Any) -> Outcome:
        return outcome_of(folder, data, **options)

    return reader
