from __future__ import annotations

import pytest

from gamekeeper.model.incidents import DecidedOn, Disposition, Standing
from gamekeeper.store.standing import standing

THEN = DecidedOn(21, 60.0, "high", ("a",))


def said(status: str, owner: str = "ann", then: DecidedOn | None = THEN) -> Disposition:
    return Disposition(status, owner, "", "2026-03-01T00:00:00Z", then)


def held(now: DecidedOn, *parts: str, **decided: Disposition) -> Standing:
    found = standing("own", now, parts, decided)
    assert found is not None
    return found


def test_what_nobody_decided_about_has_no_standing() -> None:
    assert standing("own", THEN, ("part",), {"other": said("benign")}) is None


def test_what_is_as_it_was_stands() -> None:
    found = held(THEN, own=said("benign"))
    assert (found.counts_as, found.grown) == ("benign", "")


def test_a_graver_and_larger_incident_is_open_again_and_says_why() -> None:
    found = held(DecidedOn(64, 176.0, "critical"), own=said("benign"))
    assert found.counts_as == "new"
    assert found.grown == "21 -> 64 signals, high -> critical, 60 -> 176 bits"
    assert found.said.status == "benign"


@pytest.mark.parametrize(
    ("signals", "bits", "counts_as"),
    [(25, 60.0, "benign"), (26, 60.0, "new"), (21, 69.0, "benign"), (21, 70.0, "new")],
)
def test_a_little_more_of_the_same_opens_nothing(signals: int, bits: float, counts_as: str) -> None:
    assert held(DecidedOn(signals, bits, "high"), own=said("benign")).counts_as == counts_as


def test_five_signals_more_are_little_where_there_were_many() -> None:
    many = said("closed", then=DecidedOn(100, 60.0, "high"))
    assert held(DecidedOn(105, 60.0, "high"), own=many).counts_as == "closed"
    assert held(DecidedOn(120, 60.0, "high"), own=many).counts_as == "new"


def test_what_was_confirmed_stays_so_however_it_grows() -> None:
    found = held(DecidedOn(64, 176.0, "critical"), own=said("confirmed"))
    assert found.counts_as == "confirmed"
    assert found.grown


def test_the_graver_decision_counts_of_a_whole_and_its_parts() -> None:
    parts = {"p1": said("benign", "cat"), "p2": said("confirmed", "bob")}
    found = held(THEN, "p1", "p2", own=said("benign"), **parts)
    assert found.counts_as == "confirmed"
    assert [one.owner for _, one in found.others] == ["bob", "cat"]


def test_a_benign_part_makes_no_whole_benign() -> None:
    found = held(THEN, "part", part=said("benign"))
    assert (found.counts_as, found.said.status) == ("new", "new")
    assert [name for name, _ in found.others] == ["part"]


def test_a_note_on_a_part_opens_nothing() -> None:
    assert held(THEN, "part", own=said("benign"), part=said("new")).counts_as == "benign"


def test_a_decision_of_which_nobody_knows_what_it_was_for_stands() -> None:
    assert (
        held(DecidedOn(99, 999.0, "critical"), own=said("benign", then=None)).counts_as == "benign"
    )
