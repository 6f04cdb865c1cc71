from __future__ import annotations

from pathlib import Path

import pytest

from fakes.cases import batches, case_of, logon
from gamekeeper.__main__ import main


@pytest.mark.parametrize(
    ("sql", "code", "said"),
    [
        ('SELECT count(*) AS n FROM windows_security WHERE "EventID" = 4624', 0, "3"),
        ("SELECT 1 AS n WHERE 1 = 2", 0, "nothing in this case answers that"),
        ("DROP VIEW events", 2, "a case is only read"),
        ("SELECT nothing", 2, "cannot be answered"),
    ],
)
def test_one_question_is_answered(
    tmp_path: Path, sql: str, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    case_of(tmp_path / "case", batches([logon(n) for n in range(3)]))
    assert main(["ask", sql, "--case", str(tmp_path / "case")]) == code
    out, err = capsys.readouterr()
    assert said in out + err
