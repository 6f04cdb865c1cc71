"""The mapping data holds together and speaks of things that exist."""

from __future__ import annotations

from gamekeeper.model.datasets import datasets
from gamekeeper.rules.mappings import (
    Chosen,
    FieldMap,
    Joined,
    Renamed,
    Selection,
    alerts,
    unread,
    windows,
)


def names(mapped: FieldMap) -> set[str]:
    if isinstance(mapped, Renamed):
        return set(mapped.names)
    if isinstance(mapped, Joined):
        return {mapped.left, mapped.right} | ({mapped.sid} if mapped.sid else set())
    assert isinstance(mapped, Chosen)
    return {mapped.given} | names(mapped.then) | names(mapped.otherwise)


def test_every_category_names_channels_and_event_ids() -> None:
    for name, selections in windows().categories.items():
        assert selections, name
        assert all(s.channels and (s.event_ids or is_state(s)) for s in selections), name


def is_state(selection: Selection) -> bool:
    """State has no event ids: nothing happened."""
    return all(channel.startswith("Gamekeeper-State/") for channel in selection.channels)


def test_every_dataset_but_the_last_is_reached_by_a_service_or_product() -> None:
    selections = (*windows().services.values(), alerts()[1])
    reached = {c.lower() for s in selections for c in s.channels}
    unreached = {
        name
        for name, d in datasets().items()
        if d.channels and not {c.lower() for c in d.channels} & reached
    }
    assert unreached == set()


def test_fields_of_a_new_process_are_columns_of_the_security_log() -> None:
    (security,) = (
        s for s in windows().categories["process_creation"] if s.channels == ("Security",)
    )
    columns = set(datasets()["windows.security"].declared)
    shared = {name for name, _ in windows().fields}
    for field, mapped in security.fields:
        assert field in shared or names(mapped) <= columns, field


def test_an_own_field_replaces_a_shared_one() -> None:
    defender = dict(windows().services["windefend"].fields)
    assert defender["ThreatName"] == Renamed(("Threat Name", "ThreatName"))
    assert "Level" in defender


def test_products_of_other_makers_are_known_by_name() -> None:
    assert unread().products["linux"] == "Linux logs"
