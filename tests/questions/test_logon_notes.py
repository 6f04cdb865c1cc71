from __future__ import annotations

from pathlib import Path

from fakes.questions import make
from gamekeeper.questions.logon_notes import notes
from gamekeeper.store.selection import Selection


def said(folder: Path, *codes: int, selection: Selection | None = None) -> str:
    case = make(folder, [{"id": code, "TargetUserName": "ann"} for code in codes])
    with case.snapshot() as snapshot:
        return "\n".join(notes(snapshot.database(), selection or Selection()))


def test_complete_logs_leave_nothing_to_say(tmp_path: Path) -> None:
    assert said(tmp_path, 4608, 4624, 4625, 4634, 4672) == ""


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    text = said(tmp_path, 4624)
    for part in ("no 4634 or 4647", "no 4672", "no 4625", "no start of a computer"):
        assert part in text
    assert said(tmp_path / "none") == "no 4624 here: sessions have no start"


def test_a_period_cuts(tmp_path: Path) -> None:
    codes = (4608, 4624, 4625, 4634, 4672)
    assert "lack that side" in said(tmp_path, *codes, selection=Selection(start=1))
