from __future__ import annotations

import yaml

from gamekeeper.rules.correlation_ir import SigmaFilter
from gamekeeper.rules.ir import RuleSet
from gamekeeper.rules.parse import parse_documents
from gamekeeper.tuning.conditions import Condition
from gamekeeper.tuning.filter_file import Proof, filter_text

from .conftest import CMD, SYSTEM

ONE = frozenset({Condition("Image", "", CMD), Condition("User", "endswith", "$")})
TWO = frozenset({Condition("User", "", SYSTEM), Condition("CommandLine", "", 'a "b": \\* c')})


def test_the_file_is_a_filter_that_every_hunt_reads(rules: RuleSet) -> None:
    text = filter_text(rules.rules[0], (ONE, TWO), Proof(9, 1, 4, 4, "Shown."))
    [found] = parse_documents(text.encode(), "f.yml")
    assert isinstance(found, SigmaFilter)
    assert found.rules == (rules.rules[0].id,)
    assert found.logsource == rules.rules[0].logsource
    document = yaml.safe_load(text)
    assert document["filter"]["selection_1"] == {"Image": CMD, "User|endswith": "$"}
    assert document["filter"]["condition"] == "not 1 of selection_*"


def test_the_proof_stands_in_the_description(rules: RuleSet) -> None:
    said = yaml.safe_load(filter_text(rules.rules[0], (ONE,), Proof(9, 1, 4, 4, "Shown.")))
    assert (
        "Harmless matches: 9 before, 1 after. Harmful matches: 4 before, 4 after. Shown."
        in (said["description"])
    )
    assert said["filter"]["condition"] == "not selection_1"


def test_a_proof_without_harm_says_what_it_is_worth() -> None:
    assert "says little here" in Proof(9, 1, 0, 0, "Shown.").sentences
    assert "nobody has judged: 5 before, 2 after" in Proof(9, 1, 1, 1, "Shown.", 5, 2).sentences


def test_the_same_proposal_is_the_same_file(rules: RuleSet) -> None:
    proof = Proof(1, 0, 1, 1, "")
    assert filter_text(rules.rules[0], (ONE,), proof) == filter_text(rules.rules[0], (ONE,), proof)
