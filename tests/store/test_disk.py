from __future__ import annotations

from pathlib import Path

import pytest

from gamekeeper.errors import UsageError
from gamekeeper.store.disk import writable
from gamekeeper.store.layout import Layout


def test_a_full_disk_is_one_clear_line(tmp_path: Path) -> None:
    with (
        pytest.raises(UsageError, match=r"No space left on device.*make room"),
        writable(Layout(tmp_path)),
    ):
        raise OSError(28, "No space left on device")
