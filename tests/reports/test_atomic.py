from __future__ import annotations

from pathlib import Path

import pytest

from gamekeeper.reports.atomic import atomic_file


def test_a_file_takes_its_name_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    with atomic_file(path) as stream:
        stream.write(b"half")
        stream.flush()
        assert not path.exists()
    assert path.read_bytes() == b"half"
    assert list(tmp_path.iterdir()) == [path]


def test_an_exception_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), atomic_file(path) as stream:
        stream.write(b"new" * (1 // 0))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_planted_under_the_passing_name_leads_nowhere(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"safe")
    path = tmp_path / "x.json"
    with atomic_file(path):
        [passing] = [entry for entry in tmp_path.iterdir() if entry.suffix == ".tmp"]
    passing.symlink_to(victim)
    with atomic_file(path) as stream:
        stream.write(b"new")
    assert victim.read_bytes() == b"safe"
    assert path.read_bytes() == b"new"
