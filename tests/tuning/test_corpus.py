"""Tuning on real logs: ordinary ones of a laboratory, and samples of attacks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gamekeeper.__main__ import main
from gamekeeper.hunt.api import hunt

RULES = "rules/windows/process_creation"


@pytest.mark.corpus
@pytest.mark.slow
def test_filters_take_false_alarms_and_no_attack(
    corpus: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    benign, attacks = corpus / "windows-background", corpus / "evtx" / "EVTX-ATTACK-SAMPLES"
    rules = ["builtin", str(corpus / "sigma-rules" / RULES)]
    words = ["rules", "tune", "--benign", str(benign), "--malicious", str(attacks), "--json", "-q"]
    out = tmp_path / "filters"
    assert main([*words, *(w for r in rules for w in ("--rules", r)), "--out", str(out)]) == 0
    rows = json.loads(capfd.readouterr().out)
    proposed = [row for row in rows if row["filter"]]
    assert len(proposed) >= 5
    assert all(row["reason"] for row in rows if not row["filter"])
    gone = sum(r["proof"]["benign_before"] - r["proof"]["benign_after"] for r in proposed)
    for folder, expected in ((attacks, 0), (benign, gone)):
        with (
            hunt(folder, rules=rules, workers=1) as before,
            hunt(folder, rules=[*rules, out], workers=1) as after,
        ):
            assert len(before.matches) - len(after.matches) == expected
    assert gone > 50
