from __future__ import annotations

from gamekeeper.store.overlap import SLACK, Part, Stretch, bunches
from gamekeeper.store.records import Span

WIDE = 100 * SLACK


def part(*spans: Span, is_new: bool = True, dataset: str = "windows.security") -> Part:
    return Part(0, "p", dataset, spans, is_new)


def span(
    source: int, first: int | None, last: int | None, host: str = "a", timeless: int = 0
) -> Span:
    return Span(source, host, "security", 10, timeless, first, last)


def test_logs_that_follow_each_other_are_not_compared() -> None:
    assert bunches([part(span(0, 0, WIDE)), part(span(1, 2 * WIDE, 3 * WIDE))]) == []


def test_one_source_is_not_compared_with_itself() -> None:
    assert bunches([part(span(0, 0, WIDE)), part(span(0, 0, WIDE))]) == []


def test_other_hosts_channels_and_datasets_are_not_compared() -> None:
    assert bunches([part(span(0, 0, WIDE)), part(span(1, 0, WIDE, "b"))]) == []
    assert bunches([part(span(0, 0, WIDE)), part(span(1, 0, WIDE), dataset="windows.other")]) == []


def test_what_was_compared_before_is_not_again() -> None:
    old = [part(span(n, 0, WIDE), is_new=False) for n in range(3)]
    assert bunches(old) == []
    (stretches,) = bunches([*old, part(span(3, 0, WIDE))])
    assert [stretch.part for stretch in stretches] == [0, 1, 2, 3]


def test_only_the_common_time_is_read() -> None:
    (stretches,) = bunches(
        [part(span(0, 0, 10 * WIDE), is_new=False), part(span(1, 9 * WIDE, 20 * WIDE))]
    )
    window = (9 * WIDE - SLACK, 10 * WIDE + SLACK)
    assert stretches == [
        Stretch(n, "a", "security", *window, timeless=False, rows=10) for n in (0, 1)
    ]


def test_events_without_time_are_compared_with_each_other() -> None:
    (stretches,) = bunches(
        [part(span(0, None, None, timeless=10)), part(span(1, 5, 6, timeless=2))]
    )
    assert all(stretch.timeless and stretch.first > stretch.last for stretch in stretches)
    assert bunches([part(span(0, None, None, timeless=10)), part(span(1, 5, 6))]) == []
