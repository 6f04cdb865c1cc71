"""A format of words, and a rule about one of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.sources import FORMAT, WordCountStage, WordIngestStage, WordStage
from gamekeeper.hunt import ingest, losses, run
from gamekeeper.sources import registry

RULE = """
title: Word seen
id: 11111111-1111-4111-8111-111111111111
status: test
level: high
logsource: {product: windows, category: process_creation}
detection:
    selection: {CommandLine|endswith: ' evil'}
    condition: selection
"""


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder for files of words, which the registry knows in this process and in workers."""
    monkeypatch.setattr(registry, "SOURCES", (FORMAT, *registry.SOURCES))
    monkeypatch.setattr(run, "HuntStage", WordStage)
    monkeypatch.setattr(ingest, "IngestStage", WordIngestStage)
    monkeypatch.setattr(losses, "CountStage", WordCountStage)
    monkeypatch.setenv("GAMEKEEPER_HOME", str(tmp_path / "home"))
    registry.source.cache_clear()
    (tmp_path / "logs").mkdir()
    return tmp_path / "logs"


@pytest.fixture
def rules(tmp_path: Path) -> str:
    """A rule that is true for the word ``evil``."""
    path = tmp_path / "rules" / "word.yml"
    path.parent.mkdir()
    path.write_text(RULE)
    return str(path)
