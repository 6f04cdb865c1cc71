from __future__ import annotations

from dataclasses import replace

from fakes.exports import kept_ones
from gamekeeper.reports.exports.base import Asked, Kept
from gamekeeper.reports.exports.page import export
from gamekeeper.reports.exports.papers import markdown
from gamekeeper.reports.exports.readers import paper


def test_a_partner_reads_no_name_and_no_text_of_a_log() -> None:
    asked = Asked("partner")
    for text in (markdown(paper(kept_ones(), asked)), export(kept_ones(), asked).decode()):
        body = text.partition("</style>")[2] or text
        for name in (
            "ws1",
            "dc1",
            "far",
            "ann",
            "corp",
            "10.1.2.3",
            "10.0.0.1",
            "procdump",
            "script",
        ):
            assert name not in body.lower().replace("description", ""), name


def test_hosts_and_accounts_are_told_apart() -> None:
    text = markdown(paper(kept_ones(), Asked("partner")))
    assert "host A" in text
    assert "host B" in text
    assert "account 1" in text


def test_names_do_not_change_a_partners_paper() -> None:
    def renamed(one: Kept) -> Kept:
        steps = tuple(
            replace(step, host=f"x{step.host}", account=f"y{step.account}" if step.account else "")
            for step in one.incident.steps
        )
        return Kept(replace(one.incident, steps=steps), one.standing)

    asked = Asked("partner")
    before = markdown(paper(kept_ones()[:1], asked))
    assert markdown(paper([renamed(kept_ones()[0])], asked)) == before


def test_no_condition_of_a_rule_and_nothing_that_an_event_held_is_told() -> None:
    text = markdown(paper(kept_ones(), Asked("partner")))
    assert "alert" not in text
    assert "contains" not in text
