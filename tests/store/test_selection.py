from __future__ import annotations

import pytest

from gamekeeper.store.selection import Selection


def test_an_empty_selection_takes_everything() -> None:
    everything = Selection()
    assert everything.takes_dataset("x")
    assert everything.takes_host("")
    assert everything.takes_channel("")
    assert everything.overlaps(None, None)


def test_names_are_patterns() -> None:
    chosen = Selection(hosts=("dc*",), channels=("security",), datasets=("windows.security",))
    assert chosen.takes_host("x", "DC01")
    assert not chosen.takes_host("ws01")
    assert chosen.takes_channel("Security")
    assert not chosen.takes_dataset("windows.system")


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (10, 20, True),
        (20, 30, True),
        (30, 40, False),  # the end is not part of the period
        (0, 9, False),
        (0, 10, True),
        (None, None, False),
    ],
)
def test_a_period_takes_what_overlaps_it(
    first: int | None, last: int | None, expected: bool
) -> None:
    assert Selection(start=10, stop=30).overlaps(first, last) is expected
