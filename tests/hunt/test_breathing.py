from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from gamekeeper.hunt.breathing import MANY, release


class Node:
    """Points at itself, so that only the collector can take it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def node() -> Iterator[weakref.ref[Node]]:
    gc.disable()
    yield weakref.ref(Node())
    gc.enable()


def test_what_a_stage_of_a_large_hunt_left_goes(node: weakref.ref[Node]) -> None:
    release(MANY)
    assert node() is None


def test_a_small_hunt_takes_no_time_for_it(node: weakref.ref[Node]) -> None:
    release(MANY - 1)
    assert node() is not None
