"""Golden cases of attribution, and what holds of every one."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.intel.attribution import attribute, attribution_of
from gamekeeper.intel.library import Library, shipped
from gamekeeper.intel.procedures import procedures
from gamekeeper.model.attribution import Attribution, Basis, Observation, Verdict

CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "golden" / "intel" / "attribution.yml").read_text(encoding="utf-8")
)
HELD = Library(shipped(), "shipped")


def observation(row: dict[str, Any]) -> Observation:
    given = {key: tuple(value) for key, value in row.items() if key != "minute"}
    time = row["minute"] * 60_000_000 if "minute" in row else None
    return Observation(**given, time=time)


def answered(case: dict[str, Any]) -> Attribution:
    return attribute([observation(row) for row in case["seen"]], HELD)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_question_ends_as_it_should(case: dict[str, Any]) -> None:
    answer = answered(case)
    told = "\n".join(one.text for one in answer.claims)
    assert answer.verdict.value == case["verdict"], answer.why
    assert case.get("first", "") in {"", answer.candidates[0].id if answer.candidates else ""}
    assert [text for text in case.get("says", []) if text not in told] == []
    assert [text for text in case.get("silent", []) if text in told] == []
    assert list(answer.unknown) == case.get("unknown", [])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_order_and_repetition_change_nothing(case: dict[str, Any]) -> None:
    seen = [observation(row) for row in case["seen"]]
    assert attribute([*reversed(seen), *seen], HELD) == attribute(seen, HELD)


SEEN = st.builds(
    Observation,
    techniques=st.lists(st.sampled_from(sorted(shipped().techniques)), max_size=20).map(tuple),
    tools=st.lists(st.sampled_from([one.name for one in shipped().software]), max_size=3).map(
        tuple
    ),
)


@given(st.lists(SEEN, max_size=3))
def test_probabilities_add_up_to_one(seen: list[Observation]) -> None:
    answer = attribute(seen, HELD)
    whole = 1.0 if answer.candidates else 0.0
    assert sum(one.probability for one in answer.candidates) == pytest.approx(whole)


@given(st.lists(st.sampled_from(sorted(shipped().techniques)), max_size=60))
def test_techniques_alone_never_name_a_group(techniques: list[str]) -> None:
    answer = attribution_of(techniques, held=HELD)
    assert answer.verdict is not Verdict.NAMED
    names = {one.name for one in answer.candidates if one.basis is not Basis.RIVAL}
    assert not any(f"{name} (" in claim.text for name in names for claim in answer.claims)


@pytest.mark.parametrize("group", sorted(shipped().by_id))
def test_the_whole_list_of_a_group_does_not_name_it(group: str) -> None:
    assert attribution_of(shipped().by_id[group].techniques, held=HELD).verdict is not Verdict.NAMED


def test_one_procedure_names_nobody() -> None:
    named = [
        one
        for one in procedures().by_id
        if attribute([Observation(procedures=(one,))], HELD).verdict is Verdict.NAMED
    ]
    assert named == []


def test_the_table_in_use_is_named() -> None:
    assert attribution_of(["T1003"], held=HELD).origin == "shipped"


@pytest.mark.corpus
def test_steps_of_a_laboratory_name_no_group(corpus: Path) -> None:
    path = corpus / "campaigns" / "theshire-2020-09-20_22" / "steps.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    seen = [
        Observation(techniques=tuple(row["techniques"].split(";")), tools=(row["title"],))
        for row in rows
    ]
    answer = attribute(seen, HELD)
    assert len(answer.techniques) >= 15
    assert answer.candidates[0].id in {"red team", "unknown"}
