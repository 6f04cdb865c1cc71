from __future__ import annotations

import os
from pathlib import Path

import pytest

from gamekeeper.__main__ import main


def test_a_damaged_table_is_named_and_the_one_that_ships_is_used(
    capfd: pytest.CaptureFixture[str],
) -> None:
    folder = Path(os.environ["GAMEKEEPER_HOME"]) / "intel"
    folder.mkdir(parents=True)
    (folder / "attack.json").write_text("{")
    assert main(["intel", "show", "G1017"]) == 0
    told = capfd.readouterr()
    assert "not used" in told.err
    assert told.out.startswith("Volt Typhoon")
