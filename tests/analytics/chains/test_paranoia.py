"""The walk held against the slow truth."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.analytics.chains.worlds import body, fact, file_of, sorted_facts

from gamekeeper.analytics.chains.paranoia import LARGEST, checked
from gamekeeper.analytics.chains.walk import windows
from gamekeeper.errors import ParanoiaError

FACTS = sorted_facts([fact(step, at) for at, step in enumerate("abcabc")])


def test_windows_that_are_true_pass(tmp_path: Path) -> None:
    file = file_of(tmp_path, FACTS)
    found = list(windows(body(), file))
    assert list(checked(body(), file, iter(found))) == found


@pytest.mark.parametrize("what", ["missed", "invented"])
def test_a_window_too_few_or_too_many_is_told(tmp_path: Path, what: str) -> None:
    file = file_of(tmp_path, FACTS)
    found = list(windows(body(), file))
    wrong = found[1:] if what == "missed" else [found[0], *found]
    with pytest.raises(ParanoiaError, match=what):
        list(checked(body(), file, iter(wrong)))


def test_a_large_group_is_passed_on(tmp_path: Path) -> None:
    file = file_of(tmp_path, sorted_facts([fact("a", n) for n in range(LARGEST + 1)]))
    assert list(checked(body(), file, iter(()))) == []
