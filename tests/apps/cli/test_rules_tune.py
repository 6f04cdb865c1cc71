from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from gamekeeper.__main__ import main
from gamekeeper.simulate import simulate

RULE = """
title: Any program
id: 11111111-1111-4111-8111-111111111111
status: test
level: low
logsource: {product: windows, category: process_creation}
detection:
    selection: {Image|endswith: '.exe'}
    condition: selection
"""


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clean") / "logs"
    simulate(folder, hosts=3, days=1, seed=7)
    return next(path for path in sorted(folder.iterdir()) if path.name.endswith("DC01"))


@pytest.fixture
def rule(tmp_path: Path) -> str:
    (tmp_path / "any.yml").write_text(RULE)
    return str(tmp_path / "any.yml")


def matches(logs: Path, out: Path, *rules: str) -> list[str]:
    words = [word for rule in rules for word in ("--rules", rule)]
    hunt = ["hunt", str(logs), *words, "--workers", "1", "-q", "--out", str(out)]
    assert main(hunt) in {0, 10}
    return (out / "matches.jsonl").read_text().splitlines()


def test_filters_do_in_a_hunt_what_their_proof_says(
    clean: Path, logs: Path, rule: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "filters"
    words = ["rules", "tune", "--benign", str(clean), "--malicious", str(logs), "--rules", rule]
    assert main([*words, "--out", str(out), "--json", "-q"]) == 0
    [row] = json.loads(capfd.readouterr().out)
    proof = row["proof"]
    assert proof["benign_after"] < proof["benign_before"]
    assert proof["malicious_after"] == proof["malicious_before"] > 0
    [path] = out.iterdir()
    assert (row["path"], row["filter"]) == (str(path), path.read_text())
    kept = matches(clean, tmp_path / "clean", rule, str(out))
    assert len(kept) == proof["benign_after"]
    before, after = (
        matches(logs, tmp_path / "a", rule),
        matches(logs, tmp_path / "b", rule, str(out)),
    )
    assert before == after


def test_without_a_folder_the_filters_are_the_output(
    clean: Path, logs: Path, rule: str, capfd: pytest.CaptureFixture[str]
) -> None:
    words = ["rules", "tune", "--benign", str(clean), "--malicious", str(logs), "--rules", rule]
    assert main([*words, "-q"]) == 0
    captured = capfd.readouterr()
    [document] = yaml.safe_load_all(captured.out)
    assert document["filter"]["rules"] == ["11111111-1111-4111-8111-111111111111"]
    assert captured.err.startswith("1 filter for 1 rule with false alarms: ")


def test_judged_matches_of_a_hunt_do_as_well(
    clean: Path, rule: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    lines = [json.loads(line) for line in matches(clean, tmp_path / "hunt", rule)]
    labels = tmp_path / "labels.csv"
    rows = [f"benign,{line['event.id']}" for line in lines[1:]]
    labels.write_text("\n".join(["label,event", *rows, "benign,9:9", "odd,1:1"]))
    files = ["--matches", str(tmp_path / "hunt" / "matches.jsonl"), "--labels", str(labels)]
    words = ["rules", "tune", "--rules", rule, "-q", "--json", *files]
    capfd.readouterr()
    assert main([*words, "--logs", str(clean)]) == 0
    captured = capfd.readouterr()
    [row] = json.loads(captured.out)
    assert row["proof"]["benign_before"] == len(lines) - 1
    assert row["proof"]["unjudged_before"] == 1
    assert row["proof"]["benign_after"] < row["proof"]["benign_before"]
    assert "no match is meant" in captured.err
    assert "'odd' is neither benign nor malicious" in captured.err
    assert main(words) == 0
    [row] = json.loads(capfd.readouterr().out)
    assert "nothing specific enough" in row["reason"]  # its evidence is one field


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "give either --benign and --malicious logs, or --matches with --labels"),
        (["--benign", "a"], "are both needed"),
        (["--labels", "a"], "are both needed"),
        (["--benign", "a", "--malicious", "b", "--matches", "c"], "give either"),
        (["--benign", "a", "--malicious", "b", "--logs", "c"], "--logs goes with"),
    ],
)
def test_half_of_a_wish_is_bad_use(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", "tune", *words]) == 2
    assert message in capsys.readouterr().err
