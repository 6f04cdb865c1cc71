from __future__ import annotations

from gamekeeper.model.datasets import datasets
from gamekeeper.store.schemas import BOUNDED, CORE, RISING, picked, shared, stored


def test_every_dataset_has_the_columns_that_are_promised() -> None:
    for name in datasets():
        names = set(stored(name).names)
        assert {*CORE, *RISING, *BOUNDED, *shared()} <= names
        assert len(names) == len(stored(name).names)


def test_columns_are_picked_in_the_order_of_the_schema() -> None:
    names = picked("windows.security", ["TargetUserName", "nobody knows", "CommandLine"])
    assert names == [n for n in stored("windows.security").names if n in set(names)]
    assert set(names) == {*CORE, "TargetUserName", "CommandLine"}
