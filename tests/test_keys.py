"""Keys by hand: every capture has its rule, and every rule is true for something in its window."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from gamekeeper.evaluation.outcome import micros
from gamekeeper.evaluation.truth import key_steps, read_truth
from gamekeeper.hunt.api import start
from gamekeeper.hunt.request import Request
from gamekeeper.reports import matches_jsonl

KEY = Path(__file__).parents[1] / "bench" / "keys" / "theshire-2020-09-20_22.yml"


def test_every_capture_has_one_rule() -> None:
    steps = key_steps(KEY.read_text("utf-8"))
    assert sorted(map(int, steps.values())) == list(range(1, 28))


@pytest.mark.corpus
def test_every_rule_is_true_for_something_in_its_window(corpus: Path) -> None:
    campaign = corpus / "campaigns" / "theshire-2020-09-20_22"
    truth = {step.name: step for step in read_truth(campaign / "steps.csv").steps}
    steps = key_steps(KEY.read_text("utf-8"))
    logs = str(campaign / "events.json.gz")
    written = io.BytesIO()
    with start(Request((logs,), rules=(str(KEY),), no_chains=True, workers=1)) as found:
        matches_jsonl.write(found.result, written)
    proved = set()
    for row in map(json.loads, written.getvalue().splitlines()):
        step = truth[steps[row["rule.id"]]]
        if step.first <= (micros(row["@timestamp"]) or 0) <= step.last:
            proved.add(step.name)
    assert proved == set(truth)
