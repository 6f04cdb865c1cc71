from __future__ import annotations

import html
import re

from fakes.exports import kept_ones
from gamekeeper.reports.exports.base import Asked
from gamekeeper.reports.exports.page import export


def test_a_page_runs_nothing_and_asks_nobody() -> None:
    page = export(kept_ones(), Asked()).decode()
    assert "<script" not in page.lower()
    assert "default-src 'none'; style-src 'sha256-" in html.unescape(page)
    assert not re.search(r"(?:src|href)=", page.partition("</style>")[2])


def test_log_text_is_escaped() -> None:
    page = export(kept_ones(), Asked()).decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "\u202e" not in page


def test_the_picture_is_for_responders() -> None:
    assert 'class="story"' in export(kept_ones(), Asked()).decode()
    assert 'class="story"' not in export(kept_ones(), Asked("executive")).decode()


def test_a_page_has_a_graph_of_hosts_a_map_and_folded_evidence() -> None:
    page = export(kept_ones(), Asked()).decode()
    assert 'class="host outside"' in page or 'class="host"' in page
    assert '<div class="attack-map">' in page
    assert '<details class="evidence">' in page
    assert "<details" not in export(kept_ones(), Asked("partner")).decode()
