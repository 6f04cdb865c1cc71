from __future__ import annotations

from collections.abc import Callable

import pytest

from gamekeeper.simulate.lives import LIVES

from .written import Made, read


@pytest.mark.parametrize("name", LIVES)
def test_everything_innocent_has_a_cause(done: Callable[[str], Made], name: str) -> None:
    out, act = done(name)
    assert act["innocent"]
    assert act["cause"]
    assert act["because"]
    assert act["from"] <= act["to"]
    assert all((out / file).is_file() for file in act["files"])


@pytest.mark.parametrize("name", sorted(LIVES.keys() - {"live-copy"}))
def test_all_that_is_left_can_be_read(done: Callable[[str], Made], name: str) -> None:
    out, act = done(name)
    for file in act["files"]:
        events, rejects = read(out / file)
        assert events
        assert rejects == []
