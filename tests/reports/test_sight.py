"""What the terminal says of visibility."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

from tests.reports.seen import SEEN

from gamekeeper.reports import sight
from gamekeeper.reports.parts import Part
from gamekeeper.reports.terminal import draw


def text(parts: list[Part]) -> str:
    stream = StringIO()
    draw(parts, stream, colour=False, width=300)
    return stream.getvalue()


def test_the_verdict_comes_with_its_sentence_and_caveats() -> None:
    found = text(sight.verdict_parts(SEEN))
    assert "cannot tell: nothing was found" in found
    assert "2 questions" in found


def test_the_cheapest_change_comes_with_its_command() -> None:
    found = text(sight.answer_parts(SEEN))
    assert "opens SC-2 and 1 behaviour on 1 host" in found
    assert "reg add x" in found


def test_checks_and_coverage_are_tables() -> None:
    found = text(sight.check_parts(SEEN))
    assert "LR-02" in found
    assert "not asked: SC-13" in found


def test_text_of_logs_is_inert() -> None:
    everything = [*sight.verdict_parts(SEEN), *sight.answer_parts(SEEN), *sight.check_parts(SEEN)]
    assert "\x1b[2J" not in text(everything)


def test_nobody_looked_says_nothing() -> None:
    assert sight.verdict_parts(None) == sight.answer_parts(None) == sight.check_parts(None) == []
    assert sight.verdict_parts(replace(SEEN, judgement=None)) == []
