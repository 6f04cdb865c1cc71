from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from gamekeeper.model.results import HuntResult
from gamekeeper.reports import terminal

from . import worlds

BOX = re.compile("[\u2500-\u259f]")


def piped(result: HuntResult, top: int = 20) -> str:
    stream = io.StringIO()
    terminal.show(result, [Path("report.html")], stream=stream, top=top)
    return stream.getvalue()


def on_terminal(result: HuntResult, width: int = 100) -> str:
    stream = io.StringIO()
    terminal.show(result, stream=stream, colour=True, width=width)
    return stream.getvalue()


def test_golden_of_a_pipe(small: HuntResult, golden: Callable[[str, bytes], None]) -> None:
    golden("piped.txt", piped(small).encode())


def test_golden_of_a_terminal(
    small: HuntResult, golden: Callable[[str, bytes], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    golden("terminal.txt", on_terminal(small).encode())


@pytest.mark.parametrize("world", [worlds.small, worlds.hostile, worlds.nothing_found])
def test_a_pipe_gets_no_colour_and_no_boxes(world: Callable[[], HuntResult]) -> None:
    text = piped(world())
    assert "\x1b" not in text
    assert not BOX.search(text)


def test_log_text_is_inert_on_a_terminal(hostile: HuntResult) -> None:
    for width in (40, 100, 200):
        shown = on_terminal(hostile, width)
        own = re.sub(r"\x1b\[[0-9;]*m", "", shown)
        assert not {"\x1b", "\x9b", "\u202e", "\u2028", "\r", "\t"} & set(own)
        assert max(len(line) for line in own.splitlines()) <= width


def test_markup_in_log_text_means_nothing() -> None:
    rules = worlds.RULES[:1]
    given = [worlds.match(0, "a", host="[red]x[/red]", user=":smile:")]
    shown = on_terminal(worlds.result(given, rules, [worlds.source(0, "p")]))
    assert "[red]x[/red]" in shown
    assert ":smile:" in shown


def test_each_finding_is_one_line_in_a_pipe(plausible: HuntResult) -> None:
    lines = piped(plausible, top=30).splitlines()
    start = lines.index("Findings")
    rows = lines[start + 2 : start + 32]
    levels = [finding.level for finding in plausible.findings[:30]]
    assert [row.split()[0] for row in rows] == levels
    assert lines[start + 32].startswith("  and ")


def test_nothing_found_is_told_with_what_was_not_seen() -> None:
    text = piped(worlds.nothing_found())
    assert "This is not an all-clear." in text
    assert "What could not be seen\n  1 of 4 rules had no log to look at." in text


def test_a_stream_of_a_small_alphabet_does_not_end_the_run(hostile: HuntResult) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    terminal.show(hostile, stream=stream)
    terminal.show(hostile, stream=stream, colour=True, width=80)
    stream.flush()
    assert b"\\u2026" in raw.getvalue()


def test_standard_output_is_the_default(
    small: HuntResult, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.show(small)
    assert capsys.readouterr().out.startswith("1 critical and 2 high findings")
