"""Rule files are found in one order, whatever holds them."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from gamekeeper.errors import UsageError
from gamekeeper.rules.documents import SIZE_LIMIT_BYTES
from gamekeeper.rules.files import rule_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "set"
    for name in ("b/2.yml", "b/1.YAML", "a.yml", "a/z.yml", "LICENSE", ".git/x.yml"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return root


NAMES = ["set/a.yml", "set/a/z.yml", "set/b/1.YAML", "set/b/2.yml"]


def test_a_folder_gives_its_rules_by_relative_path(folder: Path) -> None:
    found = rule_files([folder])
    assert [file.path for file in found] == NAMES
    assert found[2].data == b"b/1.YAML"


def test_the_folder_s_spelling_does_not_matter(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = rule_files([folder])
    monkeypatch.chdir(folder)
    assert rule_files(["."]) == rule_files(["../set/"]) == expected


def test_a_zip_gives_the_same(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "rules.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*"), reverse=True):
            archive.write(file, file.relative_to(folder.parent))
    assert [(f.path, f.data) for f in rule_files([path])] == [
        (f"rules.zip/{f.path}", f.data) for f in rule_files([folder])
    ]


def test_a_single_file_may_be_called_anything(folder: Path) -> None:
    (file,) = rule_files([folder / "LICENSE"])
    assert (file.path, file.data) == ("LICENSE", b"LICENSE")


def test_the_word_builtin_stands_for_the_package_s_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "builtin").mkdir()
    monkeypatch.chdir(tmp_path)
    assert len(rule_files(["builtin"])) >= 12
    assert rule_files(["./builtin"]) == rule_files([Path("./builtin/")]) == []


def test_a_path_that_does_not_exist_is_a_mistake_of_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file or folder"):
        rule_files([tmp_path / "missing"])


def test_no_more_of_a_file_is_read_than_a_rule_may_have(tmp_path: Path) -> None:
    with (tmp_path / "x.yml").open("wb") as stream:
        stream.truncate(SIZE_LIMIT_BYTES * 100)
    (file,) = rule_files([tmp_path])
    assert len(file.data) == SIZE_LIMIT_BYTES + 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_does_not_hold_the_run(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.yml")
    (file,) = rule_files([tmp_path])
    assert file.reason == "not a regular file"


def test_a_link_to_nothing_has_a_reason(tmp_path: Path) -> None:
    (tmp_path / "x.yml").symlink_to(tmp_path / "gone")
    (file,) = rule_files([tmp_path])
    assert "cannot be read" in file.reason


def test_a_damaged_zip_has_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "rules.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.yml", "title: a" * 100)
    data = bytearray(path.read_bytes())
    data[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    (file,) = rule_files([path])
    assert "archive" in file.reason
