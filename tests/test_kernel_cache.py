"""Kernels are kept between processes, and nothing that is wrong with the folder stops a run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from numba.core import config

from gamekeeper import kernel_cache

SCRIPT = """
import sys
from kernels_of_test import double
print(double(21), sum(double.stats.cache_hits.values()))
"""
SOURCE = """
from gamekeeper.kernel_cache import kernel

@kernel()
def double(number):
    return number * 2
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "kernels_of_test.py").write_text(SOURCE)
    (tmp_path / "code" / "main.py").write_text(SCRIPT)
    return tmp_path


def run(folder: Path, cache: Path) -> tuple[str, str]:
    done = subprocess.run(
        [sys.executable, str(folder / "code" / "main.py")],
        env={"GAMEKEEPER_CACHE": str(cache), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip(), done.stderr


def test_a_second_process_loads_what_the_first_compiled(folder: Path) -> None:
    assert run(folder, folder / "cache") == ("42 0", "")
    assert run(folder, folder / "cache") == ("42 1", "")


def test_a_changed_source_is_compiled_again(folder: Path) -> None:
    run(folder, folder / "cache")
    (folder / "code" / "kernels_of_test.py").write_text(SOURCE.replace("* 2", "* 3 * 1"))
    assert run(folder, folder / "cache") == ("63 0", "")


def test_damaged_cache_files_cost_time_only(folder: Path) -> None:
    run(folder, folder / "cache")
    kept = [p for p in (folder / "cache").rglob("*.nb?") if p.is_file()]
    assert len(kept) == 2
    for path in kept:
        path.write_bytes(b"\x80\x05garbage")
    assert run(folder, folder / "cache")[0] == "42 0"


def test_without_a_writable_folder_it_warns_and_runs(folder: Path) -> None:
    (folder / "file").write_text("not a folder")
    out, err = run(folder, folder / "file")
    assert out == "42 0"
    assert err.count("compiled kernels are not kept") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_folder_that_others_can_write_is_refused(folder: Path) -> None:
    cache = folder / "cache" / "kernels"
    cache.mkdir(parents=True)
    cache.chmod(0o777)
    out, err = run(folder, folder / "cache")
    assert out == "42 0"
    assert "others can write" in err
    assert list(cache.iterdir()) == []


def test_numba_keeps_its_own_setting_for_other_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GAMEKEEPER_CACHE", str(tmp_path))
    before = config.CACHE_DIR

    @kernel_cache.kernel()
    def add(left: int, right: int) -> int:
        return left + right

    assert add(2, 3) == 5
    assert before == config.CACHE_DIR
    assert kernel_cache.user_cache() == tmp_path
