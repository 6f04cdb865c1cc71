from __future__ import annotations

from dataclasses import replace

from fakes.exports import kept_ones
from gamekeeper.reports.exports.base import Asked
from gamekeeper.reports.exports.papers import markdown
from gamekeeper.reports.exports.readers import paper


def told(reader: str) -> str:
    return markdown(paper(kept_ones(), Asked(reader)))


def test_a_responder_gets_the_story_with_its_records() -> None:
    text = told("responder")
    assert "| WS1 | CORP\\\\ann | T1003" in text
    assert "\\[chain\\]" in text
    assert "0\\:300" in text
    assert "## Evict" in text


def test_an_executive_gets_half_a_page_without_numbers_of_techniques() -> None:
    text = told("executive")
    assert len(text.split()) < 350
    assert "T1003" not in text
    assert "as in SC" not in text
    assert "1 small one not told here" in text
    assert "What comes first" in text


def test_an_executive_with_nothing_grave_is_told_so() -> None:
    small = [one for one in kept_ones() if one.incident.severity == "low"]
    text = markdown(paper(small, Asked("executive")))
    assert "nothing was found that needs a decision now" in text


def test_no_incidents_are_said_to_be_none() -> None:
    assert "No incident was found" in markdown(paper([], Asked()))


def test_how_far_a_paper_may_go_stands_first() -> None:
    assert told("responder").startswith("**TLP\\:AMBER\\+STRICT**")
    assert told("partner").startswith("**TLP\\:AMBER**")


def test_an_executive_is_not_told_that_the_system_took_part() -> None:
    (one, *_) = kept_ones()
    accounts = ("NT AUTHORITY\\SYSTEM", "CORP\\ann")
    kept = replace(one, incident=replace(one.incident, accounts=accounts))
    text = markdown(paper([kept], Asked("executive")))
    assert "1 account" in text
    assert "SYSTEM" not in text


def test_conditions_of_rules_are_inert_in_markdown() -> None:
    text = told("responder")
    assert "CommandLine contains “alert\\(1\\)”" in text
    assert "&lt;script&gt;" in text
    assert "<script>" not in text
