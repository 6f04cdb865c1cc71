"""Rules to put under examination: one that nothing is wrong with, changed line by line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.rules import GOOD


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Write the good rule with some of its text replaced; return the folder that it is in."""

    def write(*changes: tuple[str, str], name: str = "rule.yml") -> Path:
        text = GOOD
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write
