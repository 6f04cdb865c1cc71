from __future__ import annotations

import io

import pytest

from gamekeeper.apps.cli import progress as shown
from gamekeeper.apps.cli.progress import BarProgress, LineProgress, SilentProgress, progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def use(drawn: BarProgress | LineProgress | SilentProgress) -> None:
    with drawn:
        drawn.stage("opening", 0, "files")
        drawn.advance(3)
        drawn.stage("searching", 1000, "bytes")
        drawn.advance(500, events=1234, matches=5)


def test_where_nobody_watches_lines_are_rare(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    use(LineProgress(stream))
    assert stream.getvalue() == ""
    monkeypatch.setattr(shown, "_QUIET_S", 0.0)
    use(LineProgress(stream))
    first, second = stream.getvalue().splitlines()
    assert first == "opening: 3 files"
    assert second.startswith("searching: 50% 0.0 MB, 1,234 events (")
    assert second.endswith("5 matches")


def test_on_a_terminal_there_is_a_bar_that_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "150")
    stream = Terminal()
    use(BarProgress(stream))
    text = stream.getvalue()
    assert "searching" in text
    assert "1,234 events" in text
    assert text.rstrip().endswith("\x1b[2K")  # the last thing is to wipe the line


def test_the_kind_follows_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", io.StringIO())
    assert isinstance(progress(quiet=False), LineProgress)
    assert isinstance(progress(quiet=True), SilentProgress)
    monkeypatch.setattr("sys.stderr", Terminal())
    assert isinstance(progress(quiet=False), BarProgress)
