"""Selections remembered by their text."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gamekeeper.analytics.chains.selections import digest_of, keep, recall, selection
from gamekeeper.errors import RuleError

SOURCE = {"service": "system"}
DETECTION = {"s": {"A|endswith": "b"}, "condition": "s"}


def test_what_was_kept_is_what_was_parsed(tmp_path: Path) -> None:
    before = selection(SOURCE, DETECTION)
    digest = digest_of([("a.yml", b"x")])
    assert not recall(tmp_path, digest)
    keep(tmp_path, digest)
    assert recall(tmp_path, digest)
    assert selection(SOURCE, DETECTION) == before


def test_another_content_or_name_is_another_set() -> None:
    names = {digest_of(files) for files in ([("a", b"bc")], [("ab", b"c")], [("a", b"b")])}
    assert len(names) == 3


def test_nonsense_is_told_each_time() -> None:
    for _ in range(2):
        with pytest.raises(RuleError):
            selection(SOURCE, {"condition": "s"})


def test_chains_that_are_known_need_no_parser(tmp_path: Path) -> None:
    code = (
        "import sys; from gamekeeper.analytics.chains.library import builtin_chains; "
        "builtin_chains(); print('sigma' in sys.modules)"
    )
    environment = {"GAMEKEEPER_CACHE": str(tmp_path)}
    said = [
        subprocess.run(
            [sys.executable, "-c", code],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for _ in range(2)
    ]
    assert said == ["True", "False"]
