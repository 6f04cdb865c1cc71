"""The datasets as declared."""

from __future__ import annotations

import pytest

from gamekeeper.errors import ContentError
from gamekeeper.model import datasets as module
from gamekeeper.model.datasets import OTHER, dataset_of_channel, datasets


def test_every_channel_feeds_one_dataset() -> None:
    channels = [c.lower() for d in datasets().values() for c in d.channels]
    assert len(channels) == len(set(channels)) > 20
    assert all(dataset_of_channel(c.upper()) != OTHER for c in channels)


def test_what_no_dataset_names_is_other() -> None:
    assert dataset_of_channel("Microsoft-Windows-Made-Up/Operational") == OTHER
    assert dataset_of_channel(None) == OTHER
    assert list(datasets())[-1] == OTHER


@pytest.mark.parametrize("declared", [["A", "a"], ["eventid"], ["@TIMESTAMP"], ["event.rest"]])
def test_a_column_twice_or_with_a_reserved_name_is_refused(declared: list[str]) -> None:
    with pytest.raises(ContentError):
        module._make("windows.x", [], declared)


def test_same_name_same_type_in_every_dataset() -> None:
    kinds = {(f.name, str(f.type)) for d in datasets().values() for f in d.schema}
    assert len({name for name, _ in kinds}) == len(kinds)
