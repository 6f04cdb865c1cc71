"""The page of log sources says what the data says."""

from __future__ import annotations

from pathlib import Path

from gamekeeper.rules.describe import logsources_page

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "logsources.md"


def test_the_page_and_the_data_agree() -> None:
    assert PAGE.read_text(encoding="utf-8") == logsources_page()


def test_the_page_shows_how_an_account_is_read() -> None:
    assert "| `User` | where `TargetUserName` says something" in logsources_page()
