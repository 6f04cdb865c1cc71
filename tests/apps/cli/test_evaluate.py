from __future__ import annotations

import json
from pathlib import Path

import pytest

from gamekeeper.__main__ import main

KEY = """title: Install media of the directory
id: 7e5a1c00-0000-4000-8000-000000000001
step: 1
logsource: {product: windows}
detection:
  s1: {EventID: [1, 4688], CommandLine|contains: ntdsutil}
  condition: s1
level: high
"""


@pytest.fixture(scope="module")
def hunted(logs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a hunt with the built-in rules wrote about one host."""
    out = tmp_path_factory.mktemp("hunted") / "out"
    main(["hunt", str(logs), "--rules", "builtin", "--out", str(out), "-q", "--workers", "1"])
    return out


def test_a_world_is_held_against_its_truth(
    hunted: Path, logs: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    truth = logs.parent / "truth.jsonl"
    assert main(["evaluate", str(hunted), "--truth", str(truth), "--json"]) == 0
    found = json.loads(capfd.readouterr().out)
    assert found["truth"] == "events"
    assert found["steps_found"] > 0
    assert found["right_rank"] == 1
    assert main(["evaluate", str(hunted), "--truth", str(truth)]) == 0
    assert "the right incident" in capfd.readouterr().out


def test_a_key_is_looked_for_in_the_same_logs(
    hunted: Path, logs: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    rows = [json.loads(line) for line in (logs.parent / "truth.jsonl").read_text().splitlines()]
    day = rows[0]["time"][:10]
    (tmp_path / "steps.csv").write_text(
        f"step,first,last,hosts,title\n1,{day}T00:00:00,{day}T23:59:59,{logs.name}:1,Directory\n"
    )
    (tmp_path / "key.yml").write_text(KEY)
    typed = ["evaluate", str(hunted), "--truth", str(tmp_path / "steps.csv"), "--json", "-q"]
    typed += ["--key", str(tmp_path / "key.yml"), "--logs", str(logs), "--workers", "1"]
    assert main(typed) == 0
    found = json.loads(capfd.readouterr().out)
    assert found["by_key"]
    assert found["recall"] == 1.0
    assert found["one_incident"]["by_key"] < 1


def test_without_a_truth_the_load_is_counted(
    hunted: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(hunted), "--learning-days", "1"]) == 0
    assert "host-days" in capfd.readouterr().out
    assert main(["evaluate", str(hunted), "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["load"]["incidents"] > 0


def test_a_key_without_logs_or_steps_is_refused(
    hunted: Path, logs: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "key.yml").write_text("title: nothing\n")
    truth = str(logs.parent / "truth.jsonl")
    typed = ["evaluate", str(hunted), "--truth", truth, "--key", str(tmp_path / "key.yml")]
    assert main(typed) == 2
    assert "--logs" in capfd.readouterr().err
    assert main([*typed, "--logs", str(logs)]) == 2
    assert "is no key" in capfd.readouterr().err
