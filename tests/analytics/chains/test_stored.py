"""Hits as text and back."""

from __future__ import annotations

from pathlib import Path

from tests.analytics.chains.worlds import event, hits, step

from gamekeeper.analytics.chains.stored import HIT_KEY, batches, hits_from


def test_a_hit_comes_back_as_it_was(tmp_path: Path) -> None:
    text = f"join: [host]\nwithin: 1m\nsteps: {{a: {step(4624)}, b: {step(4634, more='optional: true,')}}}\n"
    found = hits(tmp_path, text, event("0s", 4624, TargetUserName="ä") + event("1s", 4634))
    assert [hit for batch in batches(found) for hit in hits_from(batch)] == found


def test_many_hits_come_in_batches(tmp_path: Path) -> None:
    text = f"join: [host]\nwithin: 1m\nsteps: {{a: {step(4624)}}}\n"
    (hit,) = hits(tmp_path, text, event("0s", 4624))
    made = list(batches([hit] * 600))
    assert sum(batch.num_rows for batch in made) == 600
    assert len(made) > 1
    assert set(HIT_KEY) <= set(made[0].schema.names)
