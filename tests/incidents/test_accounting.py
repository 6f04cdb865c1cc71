from __future__ import annotations

import pytest

from fakes.exports import intrusion
from gamekeeper.incidents.accounting import accounting
from gamekeeper.incidents.parameters import parameters
from gamekeeper.model.incidents import SignalKind


def test_the_parts_add_up_to_the_score() -> None:
    for one in intrusion():
        found = accounting(one, parameters())
        assert found.total * found.progress * found.worth == pytest.approx(one.score_bits, rel=0.05)
        assert found.worth == 1.0


def test_every_signal_has_an_entry_the_one_that_counts_most_first() -> None:
    one = intrusion()[0]
    found = accounting(one, parameters())
    signals = [step for step in one.steps if step.kind is not SignalKind.CONTEXT]
    assert len(found.entries) == len(signals)
    counts = [entry.counted for entry in found.entries]
    assert counts == sorted(counts, reverse=True)


def test_what_others_say_of_its_events_is_missing_from_a_chain() -> None:
    found = accounting(intrusion()[0], parameters())
    (chain,) = [entry for entry in found.entries if entry.step.kind is SignalKind.CHAIN]
    assert chain.said > chain.bits


def test_links_are_counted() -> None:
    links = dict(accounting(intrusion()[0], parameters()).links)
    assert links["events of one chain"] >= 2
