from __future__ import annotations

import pytest

from gamekeeper.hunt import workers
from gamekeeper.hunt.workers import workers_for


@pytest.mark.parametrize(
    ("asked", "size", "units", "expected"),
    [(0, 1 << 20, 9, 0), (1, 1 << 40, 9, 0), (4, 1 << 20, 9, 4), (4, 1 << 40, 1, 1), (0, 0, 0, 0)],
)
def test_processes_follow_the_work(asked: int, size: int, units: int, expected: int) -> None:
    assert workers_for(asked, size, units) == expected


@pytest.mark.parametrize(("cores", "room", "expected"), [(8, 3, 3), (2, 99, 2), (8, 0, 1)])
def test_left_alone_they_follow_cores_and_memory(
    monkeypatch: pytest.MonkeyPatch, cores: int, room: int, expected: int
) -> None:
    monkeypatch.setattr(workers, "cores", lambda: cores)
    monkeypatch.setattr(workers, "_room", lambda: room)
    assert workers_for(0, 1 << 40, 1000) == expected


def test_this_machine_has_cores_and_room() -> None:
    assert workers.cores() >= 1
    assert workers._room() >= 1
