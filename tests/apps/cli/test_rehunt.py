from __future__ import annotations

import json
from pathlib import Path

import pytest

from gamekeeper.__main__ import main


def findings(capfd: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, object]]:
    code = main([*words, "--rules", "builtin", "--json", "-q"])
    return code, json.loads(capfd.readouterr().out)


def test_a_case_gives_the_findings_of_its_logs(
    logs: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    case = str(tmp_path / "case")
    code, direct = findings(capfd, "hunt", str(logs))
    assert (code, bool(direct["findings"])) == (10, True)
    code, both = findings(capfd, "hunt", str(logs), "--case", case)
    assert code == 10
    assert both["findings"] == direct["findings"]
    code, again = findings(capfd, "rehunt", "--case", case, "--out", str(tmp_path / "out"))
    assert code == 10
    assert again["findings"] == direct["findings"]
    assert (tmp_path / "out" / "report.html").stat().st_size > 10_000


def test_nothing_new_has_its_code(
    logs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = str(tmp_path / "case")
    assert main(["hunt", str(logs), "--case", case, "--rules", "builtin", "-q"]) == 10
    assert main(["rehunt", "--case", case, "--rules", "builtin", "--since", "last", "-q"]) == 3
    assert "no events came into the case since then" in capsys.readouterr().err


def test_an_organisation_needs_a_case(logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hunt", str(logs), "--organisation", "X", "-q"]) == 2
    assert "give --case, too" in capsys.readouterr().err


def test_a_case_is_searched_with_context_and_allow_lists_as_logs_are(
    logs: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "assets.csv").write_text("host,role,criticality\n*DC01,domain controller,5\n")
    (tmp_path / "allow.yml").write_text(
        "- {rule: '*', when: {user: '*$'}, reason: machines, owner: me, expires: 2999-12-31}\n"
    )
    given = ["--assets", str(tmp_path / "assets.csv"), "--allow", str(tmp_path / "allow.yml")]
    case = str(tmp_path / "case")
    _, direct = findings(capfd, "hunt", str(logs), *given)
    _, both = findings(capfd, "hunt", str(logs), "--case", case, *given)
    _, again = findings(capfd, "rehunt", "--case", case, *given)
    assert direct["findings"] == both["findings"] == again["findings"]
    assert direct["allowances"] == again["allowances"]
    rows = direct["findings"]
    assert isinstance(rows, list)
    assert {row["asset"]["role"] for row in rows} == {"domain controller"}
    assert any(row["severity"] != row["level"] for row in rows)
    assert not any(row["account"].endswith("$") for row in rows)


def test_the_code_of_a_hunt_goes_by_the_level_of_rules(logs: Path, tmp_path: Path) -> None:
    (tmp_path / "assets.csv").write_text("host,criticality\n*,1\n")
    words = ["hunt", str(logs), "--rules", "builtin", "-q", "--fail-level", "high"]
    assert main([*words, "--assets", str(tmp_path / "assets.csv")]) == main(words) == 10
