from __future__ import annotations

import pytest

from gamekeeper.sources.containers.limits import BombError, Budget, Limits


def test_the_ratio_counts_anew_for_every_input() -> None:
    budget = Budget(Limits(ratio=10, ratio_free_bytes=100))
    budget.begin(1000)
    budget.spend(10_000)
    budget.begin(5)
    budget.spend(100)
    with pytest.raises(BombError, match="10 times"):
        budget.spend(1)


def test_the_total_counts_over_all_inputs() -> None:
    budget = Budget(Limits(total_bytes=100))
    budget.begin(1)
    budget.spend(60)
    budget.begin(1)
    with pytest.raises(BombError, match="100 bytes"):
        budget.check(41)
    budget.spend(40)


def test_members_are_counted_over_all_inputs() -> None:
    budget = Budget(Limits(members=2))
    budget.add_member()
    budget.check_members(1)
    budget.add_member()
    with pytest.raises(BombError, match="2 members"):
        budget.add_member()
