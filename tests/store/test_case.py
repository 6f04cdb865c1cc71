from __future__ import annotations

from pathlib import Path

import pytest

from gamekeeper.errors import CaseError, UsageError
from gamekeeper.store.case import Case


def test_a_case_is_made_once_and_found_again(tmp_path: Path) -> None:
    made = Case.open_or_create(tmp_path / "a" / "b", "Example Utility")
    found = Case.open_or_create(tmp_path / "a" / "b")
    assert (found.id, found.organisation) == (made.id, "Example Utility")
    assert Case.create(tmp_path / "other").id != made.id
    assert found.format == 1


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="neither a case nor empty"):
        Case.open_or_create(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_no_case_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no case"):
        Case.open(tmp_path)


def test_a_damaged_manifest_is_told(tmp_path: Path) -> None:
    Case.create(tmp_path / "c")
    (tmp_path / "c" / "manifest.sqlite").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    with pytest.raises(CaseError, match="cannot be read"):
        Case.open(tmp_path / "c")


def test_a_case_of_another_make_is_told(tmp_path: Path) -> None:
    case = Case.create(tmp_path / "c")
    manifest = case.manifest()
    with manifest.transaction() as connection:
        connection.execute("UPDATE about SET value = '999' WHERE name = 'format'")
    manifest.close()
    with pytest.raises(CaseError, match="has format 999"):
        Case.open(tmp_path / "c")


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="no case can be made"):
        Case.create(tmp_path / "file" / "c")
