from __future__ import annotations

from collections.abc import Callable

from simulate.written import Made, read


def test_a_crash_shows_in_what_the_next_start_says(done: Callable[[str], Made]) -> None:
    out, act = done("crash:host=jump")
    numbers = [event.event_id for event in read(out / act["files"][0])[0]]
    start = numbers.index(12)
    assert {41, 6008, 6009, 6005} <= set(numbers[start : start + 15])
    assert not {1074, 13, 6006} & set(numbers[:start])


def test_a_reboot_says_goodbye(done: Callable[[str], Made]) -> None:
    out, act = done("reboot:host=jump")
    numbers = [event.event_id for event in read(out / act["files"][0])[0]]
    start = numbers.index(12)
    assert {1074, 13, 6006} <= set(numbers[:start])
    assert not {41, 6008} & set(numbers)
