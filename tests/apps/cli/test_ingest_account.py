from __future__ import annotations

from pathlib import Path

import pytest

from gamekeeper.apps.cli.ingest_account import case_for, lines
from gamekeeper.errors import UsageError
from gamekeeper.hunt.ingest import Ingested
from gamekeeper.model.findings import SourceAccount
from gamekeeper.model.results import Refusal


def source(number: int, rejects: int) -> SourceAccount:
    return SourceAccount(number, f"log-{number}", "", 1_000_000, "evtx", "", "", 9, 9, rejects)


def test_everything_that_matters_is_said() -> None:
    done = Ingested(
        sources=(source(0, 1), source(1, 5)),
        known=(("new name", "old name"),),
        refusals=(Refusal("bomb.zip", "bomb", "it is too large"),),
        events=1234,
        copies=5,
        unread=2,
    )
    assert list(lines(done)) == [
        "1,234 new events from 2 logs (2.0 MB); 5 copies of events that the case has already",
        "1 logs were in the case already: new name is old name",
        "6 records could not be read; most of them in log-1",
        "2 files are in no format that is known, and were left alone",
        "not read: bomb.zip: it is too large",
    ]


def test_a_case_keeps_its_organisation(tmp_path: Path) -> None:
    assert case_for(str(tmp_path / "a"), None).organisation == ""
    with pytest.raises(UsageError, match="nobody that was named"):
        case_for(str(tmp_path / "a"), "X")
    assert case_for(str(tmp_path / "b"), "X").organisation == "X"
    assert case_for(str(tmp_path / "b"), None).organisation == "X"
