"""What a container gives."""

from __future__ import annotations

from gamekeeper.sources.containers.members import filetime_of


def test_a_time_of_a_container_is_a_filetime() -> None:
    assert filetime_of(1_655_526_401.5) == 133_000_000_010_000_000


def test_zero_is_no_time_that_anybody_set() -> None:
    assert filetime_of(0) is None
    assert filetime_of(-1) is None
