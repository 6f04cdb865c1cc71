"""Lines and JSON about actors say the same."""

from __future__ import annotations

import orjson

from gamekeeper.intel.attribution import attribution_of
from gamekeeper.intel.ledger import ledger
from gamekeeper.intel.library import Library, shipped
from gamekeeper.intel.sheet import group_named, sheet_of
from gamekeeper.reports.intelligence import (
    explained_json,
    explained_lines,
    ledger_json,
    ledger_lines,
    sheet_json,
    sheet_lines,
)

HELD = Library(shipped(), "shipped")


def test_a_sheet_tells_names_techniques_and_claims() -> None:
    text = "\n".join(sheet_lines(sheet_of(group_named("G1017", shipped()), shipped())))
    for part in (
        "Volt Typhoon (G1017), ATT&CK 18.1",
        "procedures of our own table",
        "disputed by:",
        "campaign C0035",
    ):
        assert part in text


def test_a_group_known_by_techniques_only_says_so() -> None:
    lines = list(sheet_lines(sheet_of(group_named("G0007", shipped()), shipped())))
    assert "known here by techniques only" in lines
    assert "The ledger of claims holds nothing of it." in lines


def test_a_sheet_is_json() -> None:
    held = orjson.loads(
        orjson.dumps(sheet_json(sheet_of(group_named("G1017", shipped()), shipped())))
    )
    assert held["basis"] == "procedures and techniques"
    assert held["disputes"][0]["sources"][0]["date"]


def test_every_claim_is_a_line_with_its_sources() -> None:
    book = ledger()
    text = "\n".join(ledger_lines(book))
    assert all(one.says in text for one in (*book.claims, *book.disputes))
    assert len(ledger_json(book)["claims"]) == len(book.claims)


def test_an_explanation_shows_what_speaks_for_and_against() -> None:
    answer = attribution_of(["T1003.003", "T1090", "T9999"], held=HELD)
    text = "\n".join(explained_lines(answer, 5))
    assert "abstained: " in text
    assert "not in the tables, and of no weight: T9999" in text
    assert "NTDS (T1003.003, known of 17 groups)" in text
    assert "facts: shipped" in text


def test_an_explanation_in_json_has_as_many_candidates_as_asked_for() -> None:
    held = explained_json(attribution_of(["T1003.003"], held=HELD), 3)
    assert len(held["candidates"]) == 3
    assert held["candidates"][0]["reasons"] == []  # the unknown intruder is the measure
