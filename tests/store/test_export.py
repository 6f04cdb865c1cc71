from __future__ import annotations

import json
import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from fakes.cases import batches, case_of, logon
from gamekeeper.errors import UsageError
from gamekeeper.store import export as module
from gamekeeper.store.case import Case
from gamekeeper.store.export import ACCOUNT, Exported, export, plain
from gamekeeper.store.schemas import stored
from gamekeeper.store.writing import digest_of

DATASET = "windows.security"


@pytest.fixture
def case(tmp_path: Path) -> Case:
    odd = {"Zeta": "1", "TargetUserName": "who"}
    return case_of(
        tmp_path / "case",
        batches([logon(n) for n in range(20)]),
        batches([logon(n, source=1, data=odd) for n in range(3)]),
    )


def exported(case: Case, target: Path, form: str = "parquet") -> Exported:
    with case.snapshot() as snapshot:
        return export(case, snapshot, target, form)


def test_files_come_as_they_are_with_dictionaries_and_the_rest(case: Case, tmp_path: Path) -> None:
    target = tmp_path / "out" / "here"
    done = exported(case, target)
    assert (done.rows, done.files, done.datasets) == (23, 2, {DATASET: 23})
    table = pq.read_table(sorted((target / DATASET).glob("*.parquet"))[1])
    assert table.schema.equals(stored(DATASET))
    assert table.column("event.rest").to_pylist() == [[{"name": "Zeta", "value": "1"}]] * 3
    account = json.loads((target / ACCOUNT).read_bytes())
    assert [source["path"] for source in account["sources"]] == ["log-0", "log-1"]
    assert all(digest_of(target / one["path"]) == one["sha256"] for one in account["files"])
    assert "Parquet" in (target / "README.md").read_text()


def test_what_cannot_be_linked_is_copied(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    assert exported(case, tmp_path / "linked").copied == 0
    monkeypatch.setattr(os, "link", refused)
    assert exported(case, tmp_path / "copied").copied == 2
    (path,) = (tmp_path / "copied").rglob("00000001.parquet")
    assert path.stat().st_nlink == 1


def test_an_empty_case_gives_an_empty_export(tmp_path: Path) -> None:
    assert exported(Case.create(tmp_path / "case"), tmp_path / "out").rows == 0
    assert json.loads((tmp_path / "out" / ACCOUNT).read_bytes())["files"] == []


@pytest.mark.parametrize(
    ("target", "form", "complaint"),
    [
        ("case/out", "parquet", "inside of the case"),
        ("full", "parquet", "is not empty"),
        ("out", "parket", "did you mean 'parquet'"),
    ],
)
def test_what_makes_no_sense_is_answered(
    case: Case, tmp_path: Path, target: str, form: str, complaint: str
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_bytes(b"")
    with pytest.raises(UsageError, match=complaint):
        exported(case, tmp_path / target, form)
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["x"]


def test_the_extra_that_is_missing_is_named(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(_: str) -> None:
        raise ModuleNotFoundError("No module named 'deltalake'", name="deltalake")

    monkeypatch.setattr(module, "import_module", absent)
    with pytest.raises(UsageError, match=r"pip install 'gamekeeper\[delta\]'"):
        exported(case, tmp_path / "out", "delta")
    assert not (tmp_path / "out").exists()


def test_tables_have_text_instead_of_dictionaries() -> None:
    text = str(plain(stored(DATASET)))
    assert "dictionary" not in text
    assert "struct<name: string, value: string>" in text
