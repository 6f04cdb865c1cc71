from __future__ import annotations

from pathlib import Path

import pytest

from fakes.cases import batches, case_of, logon
from gamekeeper.__main__ import main


def test_entities_are_listed_by_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case_of(tmp_path / "case", batches([logon(n) for n in range(7)]))
    case = ["--case", str(tmp_path / "case")]
    assert main(["entities", *case]) == 0
    out, err = capsys.readouterr()
    assert [line.split()[:2] for line in out.splitlines()[1:]] == [
        ["host", "DC01.example.org"],
        ["account", "user0"],
        ["account", "user1"],
        ["account", "user2"],
    ]
    assert "--kind session" in err
    assert main(["entities", *case, "--kind", "host", "--csv"]) == 0
    assert capsys.readouterr().out.count("\n") == 2
    assert main(["entities", *case, "--kind", "planet"]) == 2
