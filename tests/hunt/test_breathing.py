from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from gamekeeper.hunt import breathing
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


def test_another_system_has_no_heap_of_this_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breathing.sys, "platform", "win32")
    breathing._trim.cache_clear()
    try:
        release(MANY)
        assert breathing._trim() is int
    finally:
        breathing._trim.cache_clear()
