"""The list of checks."""

from __future__ import annotations

from tests.fakes.seeing import controller, processes, result


def test_every_check_says_something_of_any_logs() -> None:
    for events in ([], processes(), [*controller(), *processes()]):
        found = result(events).checks
        assert [one.id for one in found] == [f"LR-{n:02}" for n in range(1, 40)]
        assert all(one.text for one in found)
