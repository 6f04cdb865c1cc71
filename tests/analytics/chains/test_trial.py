"""Cases run by the code of a hunt, and every case that comes with a chain."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from gamekeeper.analytics.chains.cases import CaseKind, ChainCase, read_cases
from gamekeeper.analytics.chains.library import builtin_chains, load_chains
from gamekeeper.analytics.chains.trial import Trial, run_cases

with as_file(files("gamekeeper.content").joinpath("chains")) as folder:
    CASES = read_cases([folder])


@pytest.fixture(scope="module")
def trial() -> Trial:
    return Trial(builtin_chains())


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.stem}-{c.name}-{c.log}")
def test_a_chain_of_the_package_is_found_as_often_as_its_case_says(
    trial: Trial, case: ChainCase
) -> None:
    outcome = trial.run(case)
    assert not outcome.problem
    assert outcome.found == case.hits, outcome.matched


def test_every_chain_has_cases_of_each_kind() -> None:
    kinds: dict[str, set[CaseKind]] = defaultdict(set)
    for case in CASES:
        kinds[case.stem].add(case.kind)
    stems = {Path(chain.path).stem for chain in builtin_chains()}
    assert {stem: kinds[stem] for stem in stems} == {stem: set(CaseKind) for stem in stems}


def test_near_misses_and_look_alikes_touch_the_chain_at_all(trial: Trial) -> None:
    idle = []
    for case in CASES:
        if case.kind is CaseKind.NEAR_MISS:
            outcome = trial.run(case)
            if not outcome.matched:
                idle.append((case.stem, case.name, case.log))
    assert idle == []


def test_a_case_of_no_chain_is_a_problem() -> None:
    (outcome,) = run_cases([ChainCase("x", "nothing", "x", CaseKind.POSITIVE, 1)], builtin_chains())
    assert "no chain in a file nothing.yml" in outcome.problem
    assert not outcome.is_passed


def test_a_case_that_cannot_be_read_fails() -> None:
    case = ChainCase("x", "x", "x", CaseKind.POSITIVE, 0, problem="no events")
    (outcome,) = run_cases([case], builtin_chains())
    assert (outcome.is_passed, outcome.problem) == (False, "no events")


def test_the_hits_of_a_case_can_be_looked_at(trial: Trial) -> None:
    case = next(one for one in CASES if one.stem == "sc-07-wmiexec" and one.hits)
    (hit,) = trial.hits(case, Counter())
    assert (hit.chain, hit.joined) == ("SC-7", (("host", "srv1"),))


def test_the_chain_of_the_how_to_does_what_it_says(tmp_path: Path) -> None:
    page = Path(__file__).parents[3] / "docs" / "how-to" / "write-a-chain.md"
    blocks = re.findall(r"```yaml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    (tmp_path / "t.yml").write_text("".join(blocks[:3]))
    (tmp_path / "t.cases.yml").write_text(blocks[3])
    outcomes = list(run_cases(read_cases([tmp_path]), load_chains([tmp_path])))
    assert {outcome.case.kind for outcome in outcomes} == set(CaseKind)
    assert [outcome.matched for outcome in outcomes if not outcome.is_passed] == []
