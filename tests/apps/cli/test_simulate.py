from __future__ import annotations

from pathlib import Path

import pytest

from gamekeeper.__main__ import main

SMALL = ["--hosts", "3", "--days", "1"]


def test_a_world_is_written_with_its_truth_beside_the_logs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "world"
    assert main(["simulate", str(out), *SMALL, "--intrusion", "volt-typhoon"]) == 0
    said = capsys.readouterr().out
    assert f"gamekeeper hunt {out / 'logs'}" in said
    assert "steps; the truth:" in said
    assert (out / "truth.jsonl").is_file()
    assert not list((out / "logs").glob("*.json*"))
    assert list((out / "logs").rglob("Security.evtx"))
    listed = (out / "accounts.csv").read_text().splitlines()
    assert listed[0] == "account,kind,note"
    assert "svc_ldapbind,appliance,the VPN firewall's directory bind" in listed
    assert not [line for line in listed if "$" in line]


def test_without_an_intruder_there_is_no_truth_to_tell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "world"
    assert main(["simulate", str(out), *SMALL, "-q"]) == 0
    assert not (out / "truth.jsonl").exists()
    assert capsys.readouterr().out == ""


def test_what_is_there_is_never_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "world"
    out.mkdir()
    (out / "truth.jsonl").write_text("precious")
    assert main(["simulate", str(out), *SMALL, "-q"]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert [path.name for path in out.iterdir()] == ["truth.jsonl"]


def test_what_became_of_logs_is_told_beside_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "world"
    deeds = ["--tamper", "hole:records=3", "--tamper", "cleared", "--lives", "live-copy"]
    assert main(["simulate", str(out), *SMALL, "--collector", *deeds]) == 0
    assert "3 times" in capsys.readouterr().out
    assert len((out / "tampering.jsonl").read_text().splitlines()) == 3
    assert list((out / "logs").rglob("ForwardedEvents.evtx"))
    assert not list((out / "logs").glob("*.json*"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--intrusion", "volt-tyhpoon"], "did you mean 'volt-typhoon'"),
        (["--tamper", "linkedpast"], "did you mean 'linked-past'"),
        (["--lives", "crash:how=often"], "no option how"),
        (["--hosts", "1"], "hosts"),
        (["--days", "0"], "day"),
    ],
)
def test_a_world_that_cannot_be_is_refused(
    tmp_path: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", str(tmp_path / "world"), *words]) == 2
    assert said in capsys.readouterr().err
