"""Chain files: what a good one becomes, and what is said of each bad one."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from gamekeeper.analytics.chains.ir import AtLeast, Count, FirstEver, Order, Reading, StepIs
from gamekeeper.analytics.chains.parse import parse_chain
from gamekeeper.errors import RuleError

GOLDEN = Path(__file__).parents[2] / "golden" / "analytics" / "chain_errors.yml"
EVENTS = [{"logsource": {"service": "system"}, "detection": {"s": {"A": "b"}, "condition": "s"}}]
GOOD: dict[str, Any] = {
    "id": "T-1",
    "name": "Two things",
    "description": "One and the other.",
    "level": "high",
    "join": ["host"],
    "within": "1h",
    "steps": {
        "first": {"text": "the first thing", "events": EVENTS},
        "second": {"text": "the second thing", "events": EVENTS},
    },
}


def parsed(changes: dict[str, Any]) -> Any:
    document = copy.deepcopy(GOOD)
    for place, value in changes.items():
        *above, last = place.split(".")
        row = document
        for key in above:
            row = row[key]
        if value is None:
            del row[last]
        else:
            row[last] = value
    return parse_chain(yaml.safe_dump(document, sort_keys=False).encode(), "t.yml")


@pytest.mark.parametrize("case", yaml.safe_load(GOLDEN.read_text("utf-8")), ids=lambda c: c["name"])
def test_an_error_says_what_is_wrong_and_where(case: dict[str, Any]) -> None:
    with pytest.raises(RuleError, match=re.escape(case["says"])) as caught:
        parsed(case["set"])
    assert str(caught.value).startswith("t.yml: ")
    assert caught.value.path == "t.yml"


def test_all_wanted_steps_are_asked_for_where_no_condition_is_given() -> None:
    chain = parsed({"steps.third": {"text": "x", "events": EVENTS, "optional": True}})
    assert chain.body.condition == AtLeast(2, (StepIs("first"), StepIs("second")))
    assert chain.body.within_s == 3600
    assert chain.body.order is Order.ANY


def test_entities_of_a_selection_stand_above_those_of_the_step_and_the_chain() -> None:
    events = [{**EVENTS[0], "entities": {"file": "C"}}]
    chain = parsed(
        {
            "entities": {"file": "A", "port": "P"},
            "steps.first.entities": {"file": "B"},
            "steps.second.events": events,
        }
    )
    first, second = (step.selections[0] for step in chain.body.steps)
    assert dict(first.entities) == {"file": Reading("B"), "port": Reading("P")}
    assert dict(second.entities)["file"] == Reading("C")


def test_counts_and_first_ever_are_read() -> None:
    chain = parsed(
        {
            "steps.first.count": {"at_least": 3, "of": "tool"},
            "steps.second.first_ever": {"new": ["address"], "known": ["account"], "history": "14d"},
        }
    )
    first, second = chain.body.steps
    assert first.count == Count(3, "tool")
    assert second.first_ever == FirstEver(("address",), ("account",), 14 * 86_400)


def test_a_file_that_is_no_yaml_is_told_by_its_line() -> None:
    with pytest.raises(RuleError, match="not valid YAML") as caught:
        parse_chain(b"id: [1\n", "t.yml")
    assert caught.value.line > 0


def test_a_file_with_two_documents_is_refused() -> None:
    with pytest.raises(RuleError, match="one document"):
        parse_chain(b"id: a\n---\nid: b\n", "t.yml")
