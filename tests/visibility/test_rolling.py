"""The verdict over the whole scope."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from gamekeeper.model.visibility import Judgement, Ruling, Verdict
from gamekeeper.visibility.rolling import rolled


def ruling(question: str, verdict: Verdict, days: int = 10, kind: str = "technique") -> Ruling:
    return Ruling(question, "", kind, verdict, "because", ("a",), 0, 0, days)


def over(*rulings: Ruling) -> Judgement:
    counts: Counter[Verdict] = Counter()
    for one in rulings:
        counts[one.verdict] += one.host_days
    return rolled(rulings, counts, (("SC-13", "no flows"),))


CHAIN = ruling("SC-1", Verdict.NO_EVIDENCE, kind="chain")


def test_one_affected_question_makes_the_scope_affected() -> None:
    found = over(CHAIN, ruling("T1", Verdict.SUSPECTED), ruling("T2", Verdict.AFFECTED, 1))
    assert found.verdict is Verdict.AFFECTED
    assert found.because.startswith("T2 on a")


def test_all_clear_has_no_evidence() -> None:
    assert over(CHAIN, ruling("T1", Verdict.NO_EVIDENCE)).verdict is Verdict.NO_EVIDENCE


def test_a_few_dark_questions_are_a_caveat() -> None:
    found = over(CHAIN, ruling("T1", Verdict.NO_EVIDENCE, 90), ruling("T2", Verdict.CANNOT_TELL, 2))
    assert found.verdict is Verdict.NO_EVIDENCE
    assert any("could not be answered" in text for text in found.caveats)


def test_many_dark_questions_leave_nothing_to_tell() -> None:
    found = over(CHAIN, ruling("T1", Verdict.NO_EVIDENCE), ruling("T2", Verdict.CANNOT_TELL, 2))
    assert found.verdict is Verdict.CANNOT_TELL


def test_one_dark_chain_is_enough_to_leave_nothing_to_tell() -> None:
    dark = ruling("SC-2", Verdict.CANNOT_TELL, 0, "chain")
    found = over(CHAIN, dark, ruling("T1", Verdict.NO_EVIDENCE, 1000))
    assert found.verdict is Verdict.CANNOT_TELL
    assert "SC-2" in found.because


def test_without_a_chain_nothing_is_cleared() -> None:
    assert over(ruling("T1", Verdict.NO_EVIDENCE)).verdict is Verdict.CANNOT_TELL


def test_nothing_asked_cannot_be_told() -> None:
    assert over().verdict is Verdict.CANNOT_TELL


def test_questions_outside_are_named() -> None:
    assert any("SC-13" in text for text in over(CHAIN).caveats)


def early(*hosts: str) -> Ruling:
    dark = ruling("SC-4", Verdict.CANNOT_TELL, 1, "chain")
    return replace(dark, hosts=hosts, is_too_early=True)


CLEAR = ruling("SC-4", Verdict.NO_EVIDENCE, 100, "chain")


def test_first_days_without_memory_are_named_and_stand_in_no_way() -> None:
    found = over(CHAIN, CLEAR, early("a"))
    assert found.verdict is Verdict.NO_EVIDENCE
    assert "of SC-4 the first days apart" in found.because


def test_a_host_that_has_only_first_days_leaves_nothing_to_tell() -> None:
    found = over(CHAIN, CLEAR, early("a", "b"))
    assert found.verdict is Verdict.CANNOT_TELL
    assert "SC-4" in found.because


def test_logs_that_have_only_first_days_leave_nothing_to_tell() -> None:
    assert over(CHAIN, early("a")).verdict is Verdict.CANNOT_TELL
