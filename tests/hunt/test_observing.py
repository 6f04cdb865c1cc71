from __future__ import annotations

from gamekeeper.hunt.observing import observed
from gamekeeper.model.breaks import IntegrityResult
from gamekeeper.model.chains import Chains


def test_without_chains_and_breaks_nothing_is_observed() -> None:
    assert observed(Chains(), None) == observed(Chains(), IntegrityResult()) == ()
