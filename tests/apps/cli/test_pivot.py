from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes.cases import batches, case_of, logon
from gamekeeper.__main__ import main


def test_a_pivot_is_counted_listed_and_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case_of(tmp_path / "case", batches([logon(n) for n in range(7)]))
    case = ["--case", str(tmp_path / "case")]
    assert main(["pivot", "10.0.0.3", *case, "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows[0]["what"] == "as source"
    assert {row["value"] for row in rows if row["part"] == "related"} == {"user0", "dc01"}
    assert main(["pivot", "10.0.0.3", *case, "--events"]) == 0
    assert "logged-in" in capsys.readouterr().out
    assert main(["pivot", "10.0.0.3", *case, "--as", "planet"]) == 2
    assert "--as is one of host, account" in capsys.readouterr().err
