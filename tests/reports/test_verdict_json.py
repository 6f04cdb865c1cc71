"""The verdict as JSON."""

from __future__ import annotations

from dataclasses import replace

from tests.reports.seen import EVIL, SEEN

from gamekeeper.model.results import HuntResult
from gamekeeper.reports import verdict_json


def test_the_contract_is_kept(small: HuntResult) -> None:
    found = verdict_json.as_json(replace(small, visibility=SEEN))
    assert (found["verdict"], found["caveats"]) == ("cannot tell", ("2 questions",))
    assert EVIL in str(found["because"])


def test_each_question_has_its_sentence(small: HuntResult) -> None:
    (one,) = verdict_json.as_json(replace(small, visibility=SEEN))["questions"]  # type: ignore[misc]
    assert (one["because"], one["hosts"], one["findings"]) == ("no log", [EVIL], ("f1",))
    assert (one["from"], one["to"]) == ("2026-02-01", "2026-02-02")


def test_questions_out_of_scope_are_listed(small: HuntResult) -> None:
    found = verdict_json.as_json(replace(small, visibility=SEEN))
    assert found["outside_of_scope"] == [{"question": "SC-13", "because": "no flows"}]


def test_without_rules_there_is_no_verdict(small: HuntResult) -> None:
    unjudged = replace(small, visibility=replace(SEEN, judgement=None))
    assert verdict_json.as_json(unjudged) == {}
