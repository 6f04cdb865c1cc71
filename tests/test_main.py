from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from gamekeeper import __main__ as program
from gamekeeper.apps.cli import version
from gamekeeper.errors import NothingReadable

PYTHON = [sys.executable, "-m", "gamekeeper"]


def call(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PYTHON, *words], capture_output=True, text=True, check=False)


def test_help_comes_at_once_and_imports_nothing_heavy() -> None:
    code = (
        "import sys; from gamekeeper.__main__ import main; main(['--help']); "
        "heavy = {'numpy', 'pyarrow', 'rich', 'yaml'} & set(sys.modules); "
        "sys.exit(str(heavy) if heavy else 0)"
    )
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "gamekeeper hunt PATH" in done.stdout
    assert time.perf_counter() - start < 1.0  # 0.06 s on an idle machine; the goal is 0.2 s


@pytest.mark.parametrize("words", [("hunt", "--help"), ("rules", "list", "-h"), ("help",)])
def test_help_is_no_error(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(words) == 0
    assert "gamekeeper" in capsys.readouterr().out


def test_without_a_command_the_overview_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main([]) == 2
    assert "commands:" in capsys.readouterr().err


def test_errors_are_one_line_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["hunt", "x", "--nonsense"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert captured.err.startswith("gamekeeper: ")


def test_names_cannot_move_the_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["\x1b[2Jevil"]) == 2
    assert "\x1b" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (NothingReadable("nothing there"), 3, "nothing there"),
        (KeyError("surprise"), 1, "internal error: KeyError: 'surprise'"),
        (KeyboardInterrupt(), 130, "stopped"),
    ],
)
def test_what_happens_inside_becomes_a_code(
    error: BaseException,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(_: object) -> int:
        raise error

    monkeypatch.setattr(version, "run", fail)
    assert program.main(["version"]) == code
    captured = capsys.readouterr().err
    assert said in captured
    assert "Traceback" not in captured


def test_debug_shows_where(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: object) -> int:
        raise KeyError("surprise")

    monkeypatch.setattr(version, "run", fail)
    assert program.main(["version", "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_the_module_and_the_command_are_one_program() -> None:
    done = call("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("gamekeeper 0.")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
def test_a_reader_that_goes_away_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.Popen(
        [*PYTHON, "rules", "list", "--quiet"], stdout=writing, stderr=subprocess.PIPE, text=True
    )
    os.close(writing)
    _, errors = process.communicate()
    assert errors == ""
    assert process.returncode == 141
