"""Batches and cases for questions about summaries and timelines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from gamekeeper.hunt.one_event import event_of
from gamekeeper.model.build import BatchBuilder
from gamekeeper.model.events import EventBatch
from gamekeeper.simulate import simulate

Row = Mapping[str, object]
Made = Callable[..., EventBatch]


def batch_of(rows: Sequence[Row]) -> EventBatch:
    builder = BatchBuilder()
    found = [batch for row in rows for batch in builder.add(event_of(row))]
    found += builder.flush()
    assert len(found) == 1
    return found[0]


@pytest.fixture(scope="session")
def made() -> Made:
    """Make one batch of events given as fields."""

    def make(*rows: Row) -> EventBatch:
        return batch_of(rows)

    return make


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Logs of a small organisation with an intruder."""
    folder = tmp_path_factory.mktemp("world") / "logs"
    simulate(folder, hosts=3, days=1, intrusion="volt-typhoon")
    return folder
