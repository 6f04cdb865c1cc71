"""References find rules by id, in any spelling, and by name."""

from __future__ import annotations

import pytest

from gamekeeper.errors import RuleError
from gamekeeper.rules.ir import And, LogSource, Rule, SkippedRule
from gamekeeper.rules.references import References

ONE = "00000000-0000-4000-8000-00000000000a"
RULES = [
    Rule(ONE, "A", "low", "", LogSource(), And(()), path="a.yml", name="same"),
    Rule(f"{ONE}#2", "B", "low", "", LogSource(), And(()), path="b.yml"),
    Rule("mine", "C", "low", "", LogSource(), And(()), path="c.yml", name="same"),
]
REFERENCES = References(RULES, [], [SkippedRule("bad", "", "", "it is odd")])


def test_an_id_is_found_in_any_spelling_and_next_to_the_reference() -> None:
    assert REFERENCES.one(ONE.upper(), "elsewhere.yml") == ONE
    assert REFERENCES.one(ONE, "b.yml") == f"{ONE}#2"
    assert REFERENCES.one("mine", "a.yml") == "mine"
    assert REFERENCES.all_rules(ONE) == [0, 1]


def test_names_are_found_next_to_the_reference() -> None:
    assert REFERENCES.one("same", "c.yml") == "mine"
    with pytest.raises(RuleError, match="2 rules are called 'same'"):
        REFERENCES.one("same", "elsewhere.yml")


def test_why_nothing_is_found() -> None:
    assert REFERENCES.why_not("bad") == "rule bad cannot run: it is odd"
    assert REFERENCES.why_not("x") == "rule x is not among the rules"
