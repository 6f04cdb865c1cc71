"""Files that change rules: read, and refused with one clear line."""

from __future__ import annotations

from pathlib import Path

import pytest

from gamekeeper.errors import UsageError
from gamekeeper.rules.changes import Changes, wanted


def lists(tmp_path: Path, text: str) -> dict[str, tuple[str, ...]]:
    path = tmp_path / "lists.yml"
    path.write_text(text, encoding="utf-8")
    return dict(Changes.of(wanted((), path)).lists.values)


def test_a_list_may_be_one_value_and_numbers_are_text(tmp_path: Path) -> None:
    text = "a: [x, 1]\n'%b%': 'y*'\n2026: 2026-01-31\n"
    assert lists(tmp_path, text) == {"a": ("x", "1"), "b": ("y*",), "2026": ("2026-01-31",)}
    assert lists(tmp_path, "# nothing yet\n") == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [x", "not valid YAML"),
        ("- a\n- b\n", "no map from names"),
        ("a: 1\n---\nb: 2\n", "no map from names"),
        ("a: {b: c}\n", "a: {'b': 'c'} is neither text nor a number"),
        ("a: [true]\n", "a: True is neither text nor a number"),
        ("a: [null]\n", "a: None is neither text nor a number"),
        ("a:\n", "a: None is neither text nor a number"),
    ],
)
def test_a_list_that_cannot_be_used_is_told_in_one_line(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(UsageError) as caught:
        lists(tmp_path, text)
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"placeholders {tmp_path}")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_bad_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no pipeline at"):
        wanted([tmp_path / "absent.yml"])
    with pytest.raises(UsageError, match="no list of placeholders at"):
        wanted((), tmp_path)


def test_the_files_tell_what_each_is_for(tmp_path: Path) -> None:
    path = tmp_path / "x.yml"
    path.write_text("a: 1\n")
    names = [file.path for file in wanted([path, path], path).files]
    assert names == [f"pipeline {path}", f"pipeline {path}", "placeholders"]
    assert not Changes.of(wanted()).pipelines
