from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from fakes.sources import write_words
from gamekeeper.hunt.inputs import NEEDS_EXTRA, UNKNOWN_FORMAT, gather
from gamekeeper.hunt.progress import NoProgress
from gamekeeper.hunt.request import Request
from gamekeeper.sources.base import Origin


def test_files_keep_their_numbers_whatever_becomes_of_them(words: Path, tmp_path: Path) -> None:
    write_words(words / "a", "x")
    (words / "b.md").write_text("no log")
    write_words(words / "c", "x")
    inputs = gather(Request((str(words),)), tmp_path / "spool", NoProgress())
    assert [(f.origin.number, f.format) for f in inputs.files] == [
        (0, "words"),
        (1, ""),
        (2, "words"),
    ]
    assert [f.origin.number for f in inputs.readable] == [0, 2]
    assert inputs.refusals == ()
    (unit,) = inputs.units()
    assert [part.origin.number for part in unit.ranges] == [0, 2]


def test_a_file_that_was_named_itself_is_not_passed_over_in_silence(
    words: Path, tmp_path: Path
) -> None:
    odd = words / "b.md"
    odd.write_text("no log")
    inputs = gather(Request((str(odd),)), tmp_path / "spool", NoProgress())
    assert [refusal.reason for refusal in inputs.refusals] == [UNKNOWN_FORMAT]


def test_a_file_that_cannot_be_opened_is_refused_and_keeps_its_place(
    words: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_words(words / "a", "x")
    write_words(words / "b", "x")

    def denied(_: object, origin: Origin) -> list[object]:
        if origin.number == 0:
            raise PermissionError(13, "Permission denied")
        return []

    monkeypatch.setattr("fakes.sources.WordSource.ranges", denied)
    inputs = gather(Request((str(words),)), tmp_path / "spool", NoProgress())
    assert [f.origin.number for f in inputs.files] == [0, 1]
    (refusal,) = inputs.refusals
    assert refusal.reason == "unreadable"
    assert "Permission denied" in refusal.detail


def test_members_of_archives_are_read_and_others_not_unpacked(words: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(words / "logs.zip", "w") as archive:
        archive.writestr("deep/a", "words\nx\n")
        archive.writestr("notes.md", "no log")
    inputs = gather(Request((str(words),)), tmp_path / "spool", NoProgress())
    (file,) = inputs.readable
    assert file.origin.path.endswith("logs.zip!deep/a")
    assert file.origin.is_temporary
    assert [refusal.reason for refusal in inputs.refusals] == ["unrecognised"]


def test_a_format_that_takes_a_package_says_which(
    words: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_words(words / "a", "x")
    advice = "pip install 'words[all]'"
    monkeypatch.setattr("fakes.sources.WordSource.missing", lambda _: advice, raising=False)
    inputs = gather(Request((str(words),)), tmp_path / "spool", NoProgress())
    assert [f.format for f in inputs.files] == [""]
    [refusal] = inputs.refusals
    assert (refusal.reason, refusal.detail) == (NEEDS_EXTRA, advice)
    assert advice in inputs.why_nothing()


def test_a_format_whose_package_is_there_is_read(
    words: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_words(words / "a", "x")
    monkeypatch.setattr("fakes.sources.WordSource.missing", lambda _: "", raising=False)
    inputs = gather(Request((str(words),)), tmp_path / "spool", NoProgress())
    assert [f.format for f in inputs.files] == ["words"]
