from __future__ import annotations

from gamekeeper.analytics.baselines.base import maybe, part


def test_a_part_is_needed_unless_it_may_be_missing() -> None:
    assert part("A", "text", "B").columns == ("A", "B")
    assert (part("A").is_needed, maybe("A").is_needed) == (True, False)
