from __future__ import annotations

from gamekeeper.entities.entity import Kind, Seen, entity_id


def test_an_id_depends_on_kind_and_key_and_nothing_else() -> None:
    assert entity_id(Kind.HOST, "a") == entity_id(Kind.HOST, "a")
    assert len({entity_id(kind, key) for kind in Kind for key in ("a", "b")}) == 2 * len(Kind)


def test_sightings_add_up() -> None:
    both = Seen(2, 10, 20).and_also(Seen(1, None, None)).and_also(Seen(3, 5, 12))
    assert both == Seen(6, 5, 20)
    assert Seen().and_also(Seen()) == Seen(0, None, None)
