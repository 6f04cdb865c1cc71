from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq

from fakes.cases import batches, logon
from gamekeeper.store.checked_files import check, schema_of
from gamekeeper.store.records import StoredFile
from gamekeeper.store.rewriting import as_stored
from gamekeeper.store.writing import EventWriter, digest_of


def written(folder: Path) -> StoredFile:
    writer = EventWriter(folder, "a")
    writer.add(batches([logon(n, source=n % 2) for n in range(5)])[0])
    return as_stored(writer.finish()[0])


def test_what_was_written_passes_and_is_counted_by_source(tmp_path: Path) -> None:
    file = written(tmp_path)
    found = check(Path(file.path), file)
    assert found.faults == []
    assert dict(found.counts) == {0: 3, 1: 2}


def test_a_file_of_another_make_under_the_right_hash_is_found(tmp_path: Path) -> None:
    file = written(tmp_path)
    path = Path(file.path)
    pq.write_table(pq.read_table(path).drop_columns(["host.name"]), path)
    forged = replace(file, size_bytes=path.stat().st_size, sha256=digest_of(path))
    found = check(path, forged)
    assert found.faults == ["its columns are not those of its kind"]
    assert dict(found.counts) == {0: 3, 1: 2}  # as it should be
    assert "host.name" in schema_of(file).names


def test_what_is_no_parquet_is_found(tmp_path: Path) -> None:
    file = written(tmp_path)
    path = Path(file.path)
    path.write_bytes(b"PAR1 nothing PAR1")
    (fault,) = check(path, replace(file, size_bytes=17, sha256=digest_of(path))).faults
    assert fault.startswith("it cannot be read")
