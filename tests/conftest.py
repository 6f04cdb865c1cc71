"""What every test may lean on: the folder of real logs, found once, and its absence named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is no failure; what may take how long is the business of the benchmarks.
settings.register_profile("calm", deadline=None)
settings.load_profile("calm")

CORPUS = Path(
    os.environ.get("GAMEKEEPER_CORPUS", Path(__file__).parents[2] / "shared" / "data")
).resolve()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CORPUS.is_dir():
        return
    absent = pytest.mark.skip(reason=f"the corpus of real logs is not at {CORPUS}")
    for item in items:
        if item.get_closest_marker("corpus"):
            item.add_marker(absent)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real logs and rules."""
    return CORPUS
