"""The rule of naming: mostly nobody is named."""

from __future__ import annotations

from copy import deepcopy

import pytest

from gamekeeper import content
from gamekeeper.errors import ContentError
from gamekeeper.intel.naming import Rule, read_numbers
from gamekeeper.model.attribution import Basis, Candidate, Reason, Verdict

RULE = Rule(
    probability=0.5, distinctive=2, procedures=1, rare_technique=0.05, also=0.05, ceiling=0.8
)


def reason(kind: str, *, bits: float = 2.0, distinctive: bool = True) -> Reason:
    return Reason(kind, "x", "x", bits, 1, distinctive)


def candidate(
    name: str, probability: float, *reasons: Reason, basis: Basis = Basis.PROCEDURES
) -> Candidate:
    return Candidate(name, name, basis, 0.1, 1.0, probability, reasons)


PROCEDURE, TECHNIQUE = reason("procedure"), reason("technique")


@pytest.mark.parametrize(
    ("best", "verdict"),
    [
        (candidate("G1", 0.6, PROCEDURE, TECHNIQUE), Verdict.NAMED),
        (candidate("G1", 0.6, reason("artefact"), reason("software")), Verdict.NAMED),
        (candidate("G1", 0.4, PROCEDURE, TECHNIQUE), Verdict.ABSTAINED),
        (candidate("G1", 0.9, TECHNIQUE, TECHNIQUE, TECHNIQUE), Verdict.ABSTAINED),
        (candidate("G1", 0.9, PROCEDURE), Verdict.ABSTAINED),
        (
            candidate("G1", 0.9, PROCEDURE, reason("technique", distinctive=False)),
            Verdict.ABSTAINED,
        ),
        (candidate("G1", 0.9, PROCEDURE, reason("technique", bits=-1)), Verdict.ABSTAINED),
        (candidate("red team", 0.9, basis=Basis.RIVAL), Verdict.RIVAL),
        (candidate("administrator", 0.4, basis=Basis.RIVAL), Verdict.ABSTAINED),
        (candidate("unknown", 0.9, basis=Basis.RIVAL), Verdict.ABSTAINED),
    ],
)
def test_a_group_is_named_for_what_few_share_and_not_otherwise(
    best: Candidate, verdict: Verdict
) -> None:
    assert RULE.judge([best])[0] is verdict


def test_the_reason_for_silence_is_said() -> None:
    assert "name nobody" in RULE.judge([candidate("G1", 0.9, TECHNIQUE, TECHNIQUE)])[1]
    assert "1 of 2" in RULE.judge([candidate("G1", 0.9, PROCEDURE)])[1]
    assert "nothing was seen" in RULE.judge([])[1]


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("likelihood", "pull", 0),
        ("likelihood", "trust", 2),
        ("rule", "probability", 0),
        ("likelihood", "odd", 1),
    ],
)
def test_numbers_out_of_range_are_refused(part: str, key: str, value: float) -> None:
    document = deepcopy(content.load_yaml("intel/naming.yml"))
    document[part][key] = value
    with pytest.raises(ContentError, match=r"naming\.yml"):
        read_numbers(document)
