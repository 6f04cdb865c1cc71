"""Logs of a small simulated organisation with an intruder, made once; and settings of nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from gamekeeper.simulate import simulate


@pytest.fixture(autouse=True)
def settings_of_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("GAMEKEEPER_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="session")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder with the logs of one host."""
    folder = tmp_path_factory.mktemp("world") / "logs"
    simulate(folder, hosts=3, days=1, intrusion="volt-typhoon")
    return next(path for path in sorted(folder.iterdir()) if path.name.endswith("DC01"))
