from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from gamekeeper.errors import UsageError
from gamekeeper.model.results import HuntResult
from gamekeeper.reports.files import NAMES, write_all

from . import worlds


def test_all_files_are_written_and_nothing_else(small: HuntResult, tmp_path: Path) -> None:
    out = tmp_path / "a" / "b"
    paths = write_all(small, out)
    assert [path.name for path in paths] == list(NAMES)
    assert sorted(path.name for path in out.iterdir()) == sorted(NAMES)
    assert NAMES[-1] == "summary.json"


def test_some_can_be_asked_for(small: HuntResult, tmp_path: Path) -> None:
    paths = write_all(small, tmp_path, only={"findings.json"})
    assert paths == [tmp_path / "findings.json"] == list(tmp_path.iterdir())


def test_unknown_names_are_refused_with_those_that_there_are(
    small: HuntResult, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=r"no report is called x\.pdf; there are matches\.jsonl"):
        write_all(small, tmp_path, only={"x.pdf"})


def test_same_result_same_bytes(small: HuntResult, tmp_path: Path) -> None:
    def digests(folder: str) -> list[str]:
        paths = write_all(small, tmp_path / folder)
        return [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]

    assert digests("one") == digests("two")


@pytest.mark.parametrize("world", [worlds.nothing_found, worlds.nothing_read, worlds.hostile])
def test_any_result_can_be_written(world: type[HuntResult], tmp_path: Path) -> None:
    assert len(write_all(world(), tmp_path)) == len(NAMES)  # type: ignore[call-arg]
