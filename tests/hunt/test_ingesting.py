from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from fakes.sources import write_words
from gamekeeper.hunt.ingesting import IngestStage, write_rejects
from gamekeeper.hunt.inputs import gather
from gamekeeper.hunt.progress import NoProgress
from gamekeeper.hunt.request import Request
from gamekeeper.sources.base import ReadOptions
from gamekeeper.store.records import Kind
from gamekeeper.store.schemas import REJECTS

pytestmark = pytest.mark.usefixtures("words")


def test_a_unit_becomes_files_and_tallies(tmp_path: Path) -> None:
    write_words(tmp_path / "logs" / "a", "x", "bad", "y")
    staging = tmp_path / "staging"
    staging.mkdir()
    (staging / "unit-0-events-left.parquet").write_bytes(b"of a worker that died")
    inputs = gather(Request((str(tmp_path / "logs"),)), tmp_path, NoProgress())
    (unit,) = inputs.units()
    stage = IngestStage(staging, ReadOptions())
    taken = stage.prepare()(unit)
    assert [(file.kind, file.rows) for file in taken.files] == [(Kind.EVENTS, 2), (Kind.REJECTS, 1)]
    assert {Path(file.path) for file in taken.files} == {
        path for path in staging.iterdir() if path.suffix == ".parquet"
    }
    rejects = pq.read_table(taken.files[1].path)
    assert rejects.schema.equals(REJECTS)
    assert rejects.column("reason").to_pylist() == ["bad_word"]
    assert [(t.records_present, t.events, t.rejects) for t in taken.tallies] == [(3, 2, 1)]
    assert stage.limit_s(unit, is_first=True) > 60
    assert [part.size_bytes for part in stage.split(unit)] == [2, 4, 2]


def test_no_rejects_make_no_file(tmp_path: Path) -> None:
    folder = tmp_path / "staging"
    folder.mkdir()
    assert write_rejects(folder, "x", ()) == []
    assert list(folder.iterdir()) == []
