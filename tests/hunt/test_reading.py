from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gamekeeper.engine.base import Matches
from gamekeeper.hunt import reading
from gamekeeper.hunt.filters import EventFilter
from gamekeeper.hunt.reading import HuntStage
from gamekeeper.hunt.units import Unit
from gamekeeper.rules.ir import RuleSet
from gamekeeper.rules.plan import Plan
from gamekeeper.sources.base import Origin, Range, ReadOptions


def stage(*, paranoid: bool = False) -> HuntStage:
    options = ReadOptions(paranoid=paranoid)
    return HuntStage(Plan(RuleSet(()), ()), Path(), options, EventFilter())


def unit(size: int) -> Unit:
    origin = Origin(0, "f", Path("f"), size)
    return Unit((0,), "evtx", (Range(origin, 0, size),))


def test_patience_grows_with_the_work() -> None:
    small = stage().limit_s(unit(0), is_first=False)
    assert small >= 30
    assert stage().limit_s(unit(64 << 20), is_first=False) > 4 * small
    assert stage(paranoid=True).limit_s(unit(0), is_first=False) > 10 * small
    first = stage().limit_s(unit(0), is_first=True)
    assert small + 30 <= first < small + 120  # rules are laid out, nothing is compiled


def test_evidence_of_many_matches_is_gathered_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_EVIDENCE_ROWS", 3)
    rows = np.arange(7, dtype=np.int32)
    pieces = list(reading._pieces(Matches(rows, rows)))
    assert [len(piece) for piece in pieces] == [3, 3, 1]
    assert np.concatenate([piece.rule for piece in pieces]).tolist() == rows.tolist()
