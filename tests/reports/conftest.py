"""Results to report on, the goldens, and a browser to look at a report with."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gamekeeper.model.results import HuntResult

from . import worlds

GOLDEN = Path(__file__).parents[1] / "golden" / "reports"
CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def small() -> HuntResult:
    return worlds.small()


@pytest.fixture(scope="session")
def hostile() -> HuntResult:
    return worlds.hostile()


@pytest.fixture(scope="session")
def plausible() -> HuntResult:
    return worlds.plausible(2_000)


@pytest.fixture
def golden() -> Callable[[str, bytes], None]:
    """Compare bytes with a golden file, or write it where the environment asks for that."""

    def compare(name: str, content: bytes) -> None:
        path = GOLDEN / name
        if os.environ.get("GAMEKEEPER_GOLDEN") == "write":
            path.write_bytes(content)
        assert content.decode().splitlines() == path.read_bytes().decode().splitlines()
        assert content == path.read_bytes()

    return compare


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A browser that is there; none is downloaded."""
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}")
    playwright = pytest.importorskip("playwright.sync_api").sync_playwright().start()
    browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
    yield browser
    browser.close()
    playwright.stop()
