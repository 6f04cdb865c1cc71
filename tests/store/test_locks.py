from __future__ import annotations

from pathlib import Path

import pytest

from gamekeeper.errors import CaseBusy
from gamekeeper.store.locks import alone, reading, writing


def test_one_writes_at_a_time(tmp_path: Path) -> None:
    lock = tmp_path / "write.lock"
    with writing(lock), pytest.raises(CaseBusy, match="somebody else writes"), writing(lock):
        pass
    with writing(lock):
        pass


def test_many_read_and_nobody_is_alone_then(tmp_path: Path) -> None:
    lock = tmp_path / "read.lock"
    with reading(lock), reading(lock), alone(lock) as nobody_reads:
        assert not nobody_reads
    with alone(lock) as nobody_reads:
        assert nobody_reads


def test_a_case_on_a_medium_without_locks_can_be_read(tmp_path: Path) -> None:
    with reading(tmp_path / "absent" / "read.lock"):
        pass
