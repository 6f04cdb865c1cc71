from __future__ import annotations

import json

import pytest

from gamekeeper.__main__ import main


def test_techniques_alone_end_with_no_name(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["intel", "explain", "T1003.003", "t1685.005", "--top", "2"]) == 0
    said = capfd.readouterr().out
    assert said.startswith("abstained: ")
    assert "Clear Windows Event Logs (T1070.001, known of 13 groups)" in said


def test_procedures_tools_and_texts_are_weighed(capfd: pytest.CaptureFixture[str]) -> None:
    words = [
        "VT-C2-01",
        "--tool",
        "VersaMem",
        "--text",
        r"C:\Windows\System32\rult3uil.log",
        "--json",
    ]
    assert main(["intel", "explain", *words]) == 0
    held = json.loads(capfd.readouterr().out)
    group = next(one for one in held["candidates"] if one["id"] == "G1017")
    assert {one["kind"] for one in group["reasons"]} >= {"artefact", "procedure", "software"}


@pytest.mark.parametrize(
    ("word", "said"), [("NTDS", "neither"), ("VT-CA-1", "did you mean 'VT-CA-1")]
)
def test_what_is_neither_technique_nor_procedure_is_said(
    word: str, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["intel", "explain", word]) == 2
    assert said in capfd.readouterr().err
