"""Record numbers between copies."""

from __future__ import annotations

from tests.fakes.facts import DAY, NEW_YEAR, facts_of, steady

from gamekeeper.integrity.between import before, gaps


def test_numbers_that_no_copy_spans_are_a_gap() -> None:
    later = steady(51, 60, start=NEW_YEAR + DAY, source=1)
    (gap,) = gaps(facts_of([*steady(1, 20), *later]))
    assert (gap.first, gap.last, gap.size) == (21, 50, 30)
    assert (gap.left, gap.right) == ((0, 4608 + 20 * 512), (1, 4608 + 51 * 512))


def test_copies_that_overlap_or_follow_leave_none() -> None:
    events = [*steady(1, 20), *steady(15, 40, source=1), *steady(41, 50, source=2)]
    assert gaps(facts_of(events)) == []


def test_a_gap_is_found_by_the_moment_at_which_it_ends() -> None:
    facts = facts_of([*steady(1, 20), *steady(51, 60, start=NEW_YEAR + DAY, source=1)])
    found = before(facts, "dc01", "security", NEW_YEAR + DAY)
    assert found is not None
    assert found.first == 21
    assert before(facts, "dc01", "security", NEW_YEAR + 2 * DAY) is None
    assert before(facts, "dc01", "system", NEW_YEAR + DAY) is None
