from __future__ import annotations

from pathlib import Path

from tests.fakes.habits import office, told_of

from gamekeeper.hunt.observing import observed
from gamekeeper.model.anomalies import Baselines
from gamekeeper.model.breaks import IntegrityResult
from gamekeeper.model.chains import Chains
from gamekeeper.model.incidents import SignalKind


def test_without_chains_and_breaks_nothing_is_observed() -> None:
    nothing = Baselines()
    assert observed(Chains(), None, nothing) == observed(Chains(), IntegrityResult(), nothing) == ()


def test_what_is_new_is_observed(tmp_path: Path) -> None:
    diary = office(60)
    diary.start(59, "ws03", "ntdsutil ifm")
    found = observed(Chains(), None, told_of(diary.events, tmp_path))
    assert [one.kind for one in found] == [SignalKind.ANOMALY]
