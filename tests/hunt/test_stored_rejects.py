from __future__ import annotations

from pathlib import Path

import pytest

from fakes.sources import write_words
from gamekeeper.engine.runs import merge_runs
from gamekeeper.hunt import rejects
from gamekeeper.hunt.ingest import ingest
from gamekeeper.hunt.request import Request
from gamekeeper.hunt.stored_rejects import stored_rejects
from gamekeeper.hunt.workfolder import WorkFolder
from gamekeeper.store.case import Case

pytestmark = pytest.mark.usefixtures("words")


def test_rejects_come_back_in_order(tmp_path: Path) -> None:
    write_words(tmp_path / "logs" / "a", "bad", "x")
    write_words(tmp_path / "logs" / "b", "y", "bad")
    case = Case.create(tmp_path / "case")
    work = WorkFolder(str(tmp_path))
    ingest(Request((str(tmp_path / "logs"),), workers=1), case, work)
    with case.snapshot() as snapshot:
        runs = stored_rejects(snapshot, work.folder("runs"))
    rows = [row for table in merge_runs(runs, rejects.KEY) for row in table.to_pylist()]
    assert [(row["source"], row["reason"]) for row in rows] == [(0, "bad_word"), (1, "bad_word")]
    work.close()
