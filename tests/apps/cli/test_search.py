from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes.cases import batches, case_of, logon
from gamekeeper.__main__ import main


def test_terms_are_typed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    case_of(tmp_path / "case", batches([logon(n) for n in range(9)]))
    words = ["--case", str(tmp_path / "case"), "--json"]
    assert main(["search", "user1", *words]) == 0
    rows = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [row["event.record_id"] for row in rows] == [1, 4, 7]
    assert main(["search", "user1", "user2", "--any", *words]) == 0
    assert len(capfd.readouterr().out.splitlines()) == 6
    assert main(["search", "(", "--regex", *words]) == 2
    assert "is no pattern" in capfd.readouterr().err
