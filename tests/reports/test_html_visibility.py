"""Verdict and visibility in the HTML report, without a script."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from tests.reports.seen import SEEN

from gamekeeper.model.results import HuntResult
from gamekeeper.model.visibility import VisibilityResult
from gamekeeper.reports import html


def page(small: HuntResult, seen: VisibilityResult | None) -> str:
    stream = BytesIO()
    html.write(replace(small, visibility=seen), stream)
    return stream.getvalue().decode()


def test_the_verdict_stands_before_findings(small: HuntResult) -> None:
    text = page(small, SEEN)
    assert 0 < text.index('id="verdict"') < text.index('id="answers"') < text.index('id="findings"')


def test_checks_come_with_the_setting(small: HuntResult) -> None:
    assert "reg add x" in page(small, SEEN)


def test_text_of_logs_is_inert(small: HuntResult) -> None:
    text = page(small, SEEN)
    assert "dc<script>" not in text
    assert "\x1b" not in text


def test_nobody_looked_shows_nothing(small: HuntResult) -> None:
    text = page(small, None)
    assert 'id="verdict"' not in text
    assert 'id="visibility"' not in text
