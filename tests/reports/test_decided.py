from __future__ import annotations

from gamekeeper.model.incidents import Disposition, Standing
from gamekeeper.reports.decided import lines, short

ANN = Disposition("benign", "ann", "change 4711", "2026-03-01T00:00:00Z")
BOB = Disposition("confirmed", "bob", "real relay", "2026-03-02T00:00:00Z")


def test_nothing_decided_is_nothing_said() -> None:
    assert list(lines(Standing())) == []
    assert short(Standing()) == "new"


def test_growth_parts_and_what_it_comes_to_are_said_in_order() -> None:
    found = Standing(ANN, "confirmed", "21 -> 64 signals, high -> critical", (("c51d", BOB),))
    assert list(lines(found)) == [
        "Decided: benign, ann: change 4711",
        "It has grown since this was decided: 21 -> 64 signals, high -> critical",
        "Also decided, for c51d, which is a part of it now: confirmed, bob: real relay",
        "So it counts as confirmed",
    ]
    assert short(found) == "confirmed (was benign ann, has grown; also confirmed bob)"


def test_what_stands_is_said_as_it_was() -> None:
    assert short(Standing(ANN, "benign")) == "benign ann"
    assert short(Standing(ANN, "benign", "21 -> 22 signals")) == "benign ann, has grown"
    assert short(Standing(ANN, "new", "21 -> 64 signals")) == "new (was benign ann, has grown)"
    assert short(Standing(counts_as="confirmed", others=(("c", BOB),))) == (
        "confirmed (by a part; also confirmed bob)"
    )
