from __future__ import annotations

from gamekeeper.incidents.continuity import Earlier, known_again
from gamekeeper.model.incidents import Benign, Confidence, Incident


def incident(name: str, *anchors: str, rank: int = 1) -> Incident:
    return Incident(
        name,
        rank,
        9.0,
        "low",
        "",
        Confidence(""),
        None,
        None,
        (),
        (),
        (),
        (),
        (),
        Benign(""),
        anchors=anchors,
    )


def earlier(name: str, rank: int, *anchors: str, supersedes: tuple[str, ...] = ()) -> Earlier:
    return Earlier(name, rank, frozenset(anchors), supersedes)


def test_an_incident_is_known_by_any_of_its_grave_events() -> None:
    (found,) = known_again([incident("new", "b", "c")], [earlier("old", 1, "a", "b")])
    assert (found.id, found.supersedes) == ("old", ())


def test_an_incident_that_nobody_knows_keeps_its_own_id() -> None:
    (found,) = known_again([incident("new", "z")], [earlier("old", 1, "a")])
    assert found.id == "new"


def test_two_that_became_one_live_on_as_the_better() -> None:
    past = [earlier("two", 2, "b", supersedes=("zero",)), earlier("one", 1, "a")]
    (found,) = known_again([incident("new", "a", "b")], past)
    assert (found.id, found.supersedes) == ("one", ("two", "zero"))


def test_of_one_that_fell_apart_the_best_part_keeps_the_id() -> None:
    found = known_again([incident("x", "a"), incident("y", "b")], [earlier("old", 1, "a", "b")])
    assert [one.id for one in found] == ["old", "y"]


def test_no_two_incidents_share_an_id() -> None:
    found = known_again([incident("x", "a"), incident("old", "b")], [earlier("old", 1, "a", "b")])
    assert [one.id for one in found] == ["old", "old-2"]
