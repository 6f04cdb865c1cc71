from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gamekeeper.simulate import Setting, simulate
from gamekeeper.simulate.tampering import METHODS

from .written import Made, read


@pytest.mark.parametrize("method", METHODS)
def test_every_act_is_told_in_full(done: Callable[[str], Made], method: str) -> None:
    out, act = done(method)
    assert act["method"] == method
    assert not act["innocent"]
    assert act["cause"] == ""
    assert act["because"]
    assert act["from"] <= act["to"]
    assert act["channel"]
    assert all((out / name).is_file() for name in act["files"])


SPOILT = {"blanked", "overwritten"}
#: Readers that count record headers at any byte miss the hidden ones.
HIDDEN = {"linked-past", "linked-past-renumbered"}


@pytest.mark.parametrize("method", sorted(METHODS.keys() - SPOILT))
def test_all_that_is_left_can_be_read(done: Callable[[str], Made], method: str) -> None:
    out, act = done(method)
    for name in act["files"]:
        events, rejects = read(out / name)
        assert events
        assert {reject.reason for reject in rejects} <= (
            {"missing_records"} if method in HIDDEN else set()
        )


def test_the_same_wish_gives_the_same_bytes(tmp_path: Path) -> None:
    setting = Setting(tamper=("hole", "cleared", "linked-past-renumbered", "blanked"))
    for name in ("one", "two"):
        simulate(tmp_path / name, seed=9, days=1, hosts=3, intrusion=None, setting=setting)
    one, two = (
        {p.relative_to(tmp_path / n): p.read_bytes() for p in (tmp_path / n).rglob("*.*")}
        for n in ("one", "two")
    )
    assert one == two
