"""The table of procedures leads to techniques, sources and rules that are there."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from gamekeeper import content
from gamekeeper.errors import ContentError
from gamekeeper.intel.library import shipped
from gamekeeper.intel.procedures import procedures, read_procedures
from gamekeeper.intel.seen import in_words_of
from gamekeeper.rules.load import load_rules

DOCUMENT: dict[str, Any] = {
    "bits": {
        "shared": {"own": 5, "few": 2, "some": 1, "many": 0},
        "ordinary": {"common": 0, "uncommon": -1, "rare": -3},
        "copied": 0.5,
    },
    "procedures": [
        {
            "id": "X-01",
            "group": "G0001",
            "says": "does it so",
            "techniques": ["T1003"],
            "shared": "few",
            "ordinary": "rare",
            "sources": ["one"],
            "rules": ["r1"],
        }
    ],
    "artefacts": [{"text": "Strange.exe", "procedure": "X-01", "sources": ["one"]}],
}


def test_a_rule_shows_its_procedure() -> None:
    table = read_procedures(DOCUMENT)
    assert table.shown_by(["r1", "r1", "other"]) == ("X-01",)
    assert table.groups == {"G0001"}


def test_a_published_name_is_found_in_any_case() -> None:
    table = read_procedures(DOCUMENT)
    assert [one.procedure for one in table.artefacts_in([r"c:\temp\STRANGE.EXE -x"])] == ["X-01"]
    assert table.artefacts_in(["stranger.exe"]) == ()


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("procedures", {"techniques": []}),
        ("procedures", {"techniques": ["NTDS"]}),
        ("procedures", {"sources": []}),
        ("procedures", {"shared": "all"}),
        ("procedures", {"ordinary": "daily"}),
        ("artefacts", {"procedure": "X-02"}),
        ("artefacts", {"text": "a.exe"}),
    ],
)
def test_a_row_that_does_not_hold_together_is_refused(part: str, change: dict[str, Any]) -> None:
    document = deepcopy(DOCUMENT)
    document[part][0].update(change)
    with pytest.raises(ContentError, match=r"procedures\.yml"):
        read_procedures(document)


def test_an_id_stands_once() -> None:
    document = deepcopy(DOCUMENT)
    document["procedures"] *= 2
    with pytest.raises(ContentError, match="twice"):
        read_procedures(document)


def test_the_table_that_ships_leads_to_what_is_there() -> None:
    table, facts = procedures(), shipped()
    sources = set(content.load_yaml("intel/claims.yml")["sources"])
    rows = table.by_id.values()
    assert {name for one in rows for name in one.techniques} <= set(facts.techniques)
    assert {name for one in (*rows, *table.artefacts) for name in one.sources} <= sources
    assert table.groups <= set(facts.by_id)


def test_what_visibility_says_of_a_behaviour_is_said_here_too() -> None:
    behaviours = content.load_yaml("visibility/behaviours.yml")
    for one in (row for row in procedures().by_id.values() if row.id.startswith("VT-")):
        known = {in_words_of(name, shipped()) for name in behaviours[one.id]["attack"]} - {""}
        assert known <= set(one.techniques), one.id


def test_rules_of_the_table_that_ships_are_rules_of_our_pack() -> None:
    rules = {rule.id for rule in load_rules(["builtin"]).rules}
    assert {rule for one in procedures().by_id.values() for rule in one.rules} <= rules
