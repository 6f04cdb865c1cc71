from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gamekeeper.errors import UsageError
from gamekeeper.hunt.workfolder import WorkFolder

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="locks of files are POSIX")


def test_the_folder_goes_when_it_is_closed(tmp_path: Path) -> None:
    work = WorkFolder(str(tmp_path))
    (work.folder("runs") / "file").write_text("x")
    work.drop("runs")
    assert not (work.path / "runs").exists()
    work.close()
    work.close()
    assert list(tmp_path.iterdir()) == []


def test_the_folder_goes_when_nobody_needs_it(tmp_path: Path) -> None:
    work = WorkFolder(str(tmp_path))
    assert work.path.is_dir()
    del work
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def test_the_folder_goes_with_the_process(tmp_path: Path) -> None:
    code = f"from gamekeeper.hunt.workfolder import WorkFolder; w = WorkFolder({str(tmp_path)!r})"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert list(tmp_path.iterdir()) == []


def abandoned(tmp_path: Path) -> Path:
    folder = tmp_path / "gamekeeper-killed"
    folder.mkdir()
    (folder / "lock").touch()
    os.utime(folder / "lock", (0, 0))
    return folder


@POSIX
def test_what_a_killed_run_left_is_swept(tmp_path: Path) -> None:
    folder = abandoned(tmp_path)
    WorkFolder(str(tmp_path)).close()
    assert not folder.exists()


@POSIX
def test_the_folder_of_a_living_run_is_left_alone(tmp_path: Path) -> None:
    living = WorkFolder(str(tmp_path))
    os.utime(living.path / "lock", (0, 0))
    WorkFolder(str(tmp_path)).close()
    assert living.path.exists()
    living.close()


@POSIX
def test_a_link_to_somewhere_else_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.mkdir()
    (target / "lock").touch()
    os.utime(target / "lock", (0, 0))
    (tmp_path / "gamekeeper-link").symlink_to(target)
    WorkFolder(str(tmp_path)).close()
    assert (target / "lock").exists()


def test_a_place_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--temp-dir"):
        WorkFolder(str(tmp_path / "absent"))
