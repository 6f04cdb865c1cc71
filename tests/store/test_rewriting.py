from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq

from fakes.cases import batches, case_of, logon
from gamekeeper.store.checked_files import check
from gamekeeper.store.records import Kind
from gamekeeper.store.rewriting import Changes, as_stored, rewritten
from gamekeeper.store.schemas import stored


def test_several_files_become_one_with_one_row_group(tmp_path: Path) -> None:
    parts = [batches([logon(n, source=n % 2) for n in range(k, k + 4)]) for k in (0, 4, 8)]
    case = case_of(tmp_path / "case", *parts)
    with case.snapshot() as snapshot:
        made = rewritten(case.layout, snapshot.files, tmp_path / "one.parquet")
    assert made is not None
    assert made.batch == 3
    assert check(Path(made.path), as_stored(made)).faults == []
    table = pq.read_table(made.path)
    assert table.schema.equals(stored("windows.security"))
    assert table.column("event.record_id").to_pylist() == list(range(12))
    assert pq.read_metadata(made.path).num_row_groups == 1


def test_rows_go_and_are_counted(tmp_path: Path) -> None:
    case = case_of(tmp_path / "case", batches([logon(n, source=n % 2) for n in range(7)]))
    changes = Changes([], [], Counter())
    with case.snapshot() as snapshot:
        (file,) = snapshot.files
        left = rewritten(
            case.layout,
            [file],
            tmp_path / "left.parquet",
            lambda table: table.column("event.source").to_numpy() == 0,
        )
        changes.replace(file, left)
        assert [one.rows for one in changes.future(snapshot.files)] == [4]
    assert changes.retired == [file.number]
    assert dict(changes.losses()) == {(1, Kind.EVENTS): 3}
    assert dict(changes.losses(apart=1)) == {}
    changes.swap(changes.files[0], None)
    assert dict(changes.losses()) == {(0, Kind.EVENTS): 4, (1, Kind.EVENTS): 3}
    assert not (tmp_path / "left.parquet").exists()


def test_texts_of_rows_that_went_are_gone(tmp_path: Path) -> None:
    events = [
        logon(n, data={"TargetUserName": f"secret{n}", "Zeta": f"hidden{n}"}) for n in range(4)
    ]
    case = case_of(tmp_path / "case", batches(events))
    with case.snapshot() as snapshot:
        made = rewritten(
            case.layout,
            snapshot.files,
            tmp_path / "left.parquet",
            lambda table: table.column("event.record_id").to_numpy() == 2,
        )
    assert made is not None
    table = pq.read_table(made.path)
    assert table.column("TargetUserName").chunk(0).dictionary.to_pylist() == ["secret2"]
    pairs = table.column("event.rest").chunk(0).flatten()
    assert pairs.field("value").dictionary.to_pylist() == ["hidden2"]
    assert pairs.field("name").to_pylist() == ["Zeta"]
    assert len(made.words) == 1


def test_nothing_is_left_of_a_file_without_rows(tmp_path: Path) -> None:
    case = case_of(tmp_path / "case", batches([logon(1)]))
    path = tmp_path / "none.parquet"
    with case.snapshot() as snapshot:
        made = rewritten(
            case.layout, snapshot.files, path, lambda t: t.column("event.source").to_numpy() < 0
        )
    assert made is None
    assert not path.exists()
