"""Lengths of time in words."""

from __future__ import annotations

import pytest

from gamekeeper.model.durations import duration_text

SECOND = 10_000_000


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (599, "599 s"), (600, "10 min"), (35_999, "599 min"), (36_000, "10 h")],
)
def test_a_duration_keeps_the_unit_that_says_most(seconds: int, text: str) -> None:
    assert duration_text(seconds * SECOND + 9_999_999) == text
