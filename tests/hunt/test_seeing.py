"""From a hunt to its verdict."""

from __future__ import annotations

from pathlib import Path

import pytest

from gamekeeper.hunt.request import Request
from gamekeeper.hunt.run import run
from gamekeeper.hunt.workfolder import WorkFolder
from gamekeeper.model.visibility import Verdict, VisibilityResult
from gamekeeper.simulate.run import simulate


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world") / "w"
    simulate(folder, seed=5, days=1, hosts=3)
    return folder / "logs" if (folder / "logs").is_dir() else folder


def seen(world: Path, **more: object) -> VisibilityResult:
    request = Request(paths=(str(world),), rules=("builtin",), workers=1, **more)  # type: ignore[arg-type]
    work = WorkFolder(None)
    try:
        found = run(request, work).visibility
    finally:
        work.close()
    assert found is not None
    return found


def test_an_intrusion_never_gets_no_evidence(world: Path) -> None:
    found = seen(world).judgement
    assert found is not None
    assert found.verdict in (Verdict.AFFECTED, Verdict.SUSPECTED)


def test_without_rules_there_is_no_verdict(world: Path) -> None:
    assert seen(world, ruleless=True).judgement is None


def test_a_period_bounds_the_scope(world: Path) -> None:
    whole = seen(world, ruleless=True)
    assert whole.last_day is not None
    later = seen(world, ruleless=True, time_from="2027-01-01")
    assert later.first_day is None
    assert all(not sum(one.host_days) for one in later.chains)
