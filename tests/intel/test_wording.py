"""Claims in words: with whom, why, who else, who says so and who does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gamekeeper.intel.ledger import Ledger, Source, ledger
from gamekeeper.intel.naming import Rule
from gamekeeper.intel.wording import cited, claims, estimate, told
from gamekeeper.model.attribution import Basis, Candidate, Reason, Verdict

RULE = Rule(
    probability=0.5, distinctive=1, procedures=1, rare_technique=0.05, also=0.05, ceiling=0.79
)
REASON = Reason("procedure", "X-01", "does it so", 2.0, 0, True)
GROUP = Candidate("G1017", "Volt Typhoon", Basis.PROCEDURES, 0.01, 9, 0.97, (REASON,))
OTHER = Candidate("G0999", "Nobody", Basis.TECHNIQUES, 0.01, 9, 0.97, (REASON,))
RED = Candidate("red team", "a red team", Basis.RIVAL, 0.1, 1, 0.06, (REASON,))
FAR = Candidate("unknown", "an intruder", Basis.RIVAL, 0.1, 1, 0.01, ())


def said(verdict: Verdict, *candidates: Candidate, book: Ledger | None = None) -> list[str]:
    return [one.text for one in claims(verdict, "why", candidates, book or ledger(), RULE)]


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (1.0, "almost certain"),
        (0.8, "very likely"),
        (0.5, "a roughly even chance"),
        (0.0, "a remote chance"),
    ],
)
def test_probabilities_have_words(probability: float, words: str) -> None:
    assert estimate(probability) == words


def test_a_named_group_comes_with_reasons_rivals_claims_and_disputes() -> None:
    lines = said(Verdict.NAMED, GROUP, RED, FAR)
    assert lines[0].startswith("Consistent with Volt Typhoon (G1017; known here by procedures")
    assert "because: does it so" in lines[0]
    assert lines[1].startswith(
        "Also consistent with a red team: very unlikely (6%), 4.0 bits behind"
    )
    assert not any("an intruder" in line for line in lines)
    assert any(line.startswith("Disputed by") for line in lines)


def test_no_group_is_told_as_likelier_than_the_ceiling() -> None:
    assert ": likely (79%)," in said(Verdict.NAMED, GROUP)[0]


def test_a_group_of_which_the_ledger_is_silent_says_so() -> None:
    assert "holds no claim about Nobody" in said(Verdict.NAMED, OTHER)[1]
    assert "techniques only" in said(Verdict.NAMED, OTHER)[0]


def test_the_next_rival_is_told_however_far_behind() -> None:
    lines = said(Verdict.NAMED, GROUP, FAR)
    assert lines[1] == "Also consistent with an intruder: a remote chance (1%), 6.6 bits behind."
    never = replace(FAR, probability=0.0)
    assert "far behind" in said(Verdict.NAMED, GROUP, never)[1]


def test_who_copies_a_group_is_told_with_what_could_tell_them_apart() -> None:
    copy = Candidate(
        "red team as G1017", "a copy", Basis.RIVAL, 0.01, 8, 0.02, (REASON,), "G1017", "red team"
    )
    lines = said(Verdict.NAMED, GROUP, copy, FAR)
    assert lines[1].startswith(
        "Also consistent with a copy: a remote chance (2%), 5.6 bits behind."
    )
    assert any("can be copied" in line for line in lines)
    assert not any("a copy" in line for line in said(Verdict.ABSTAINED, GROUP, copy, RED))


def test_a_statement_that_weighs_somebody_has_the_numbers() -> None:
    first, *_, last = claims(Verdict.NAMED, "why", (GROUP, RED), ledger(), RULE)
    assert (first.who, first.probability, first.bits) == ("G1017", 0.79, 9)
    assert (last.who, last.probability, last.bits) == ("", None, None)


@pytest.mark.parametrize("verdict", [Verdict.ABSTAINED, Verdict.RIVAL])
def test_where_nobody_is_named_no_name_is_told(verdict: Verdict) -> None:
    lines = said(verdict, GROUP, RED)
    assert lines[0] == "No group is named: why."
    assert not any("Typhoon" in line for line in lines)
    assert lines[1].startswith("Consistent with a red team")


def test_a_technique_says_how_many_share_it() -> None:
    reason = Reason("technique", "T1003.003", "NTDS", 1, 1, True)
    assert told(reason) == "NTDS (T1003.003, known of 1 group)"


def test_a_source_comes_with_where_it_stands_or_was_read() -> None:
    held = Source("a", "Report", "Vendor", "2024", read="https://copy.example/x")
    assert cited([held]) == "[Report, Vendor, 2024, read at https://copy.example/x]"
    own = replace(held, url="https://vendor.example/y")
    assert cited([own]) == "[Report, Vendor, 2024, https://vendor.example/y]"
    assert cited([replace(held, read="")]) == "[Report, Vendor, 2024]"
