"""Batches and cases for questions about summaries and timelines."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.made import Made, Row, batch_of
from gamekeeper.model.events import EventBatch
from gamekeeper.simulate import simulate


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
