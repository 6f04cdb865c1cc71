"""The declared mapping: that it is sound, and that mistakes in it are told."""

from __future__ import annotations

import pytest

from gamekeeper.errors import ContentError
from gamekeeper.model.datasets import datasets
from gamekeeper.model.ecs.mapping import Fixed, Given, Says, _Parser, choices, ecs_fields, names

ESSENTIAL = {"event.code", "event.provider", "winlog.channel", "host.name"}


@pytest.mark.parametrize("dataset", datasets())
def test_every_dataset_has_a_view_over_its_own_columns(dataset: str) -> None:
    found = choices(dataset)
    assert found.keys() >= ESSENTIAL
    columns = set(datasets()[dataset].schema.names)
    assert set(ecs_fields(dataset, tuple(found))) <= columns


def test_every_name_is_used_and_every_used_name_is_declared() -> None:
    used = {name for dataset in datasets() for name in choices(dataset)}
    assert used == set(names())


def test_what_needs_the_rest_says_so() -> None:
    assert "event.rest" in ecs_fields("windows.powershell_classic", ("user.name",))
    assert ecs_fields("windows.sysmon", ("user.name",)) == (
        "EventID",
        "Provider_Name",
        "SourceUser",
        "User",
    )
    assert ecs_fields("windows.sysmon", ("powershell.file.script_block_id",)) == ()


@pytest.mark.parametrize("name", ["event.action", "event.category"])
def test_what_happened_is_said_in_plain_words(name: str) -> None:
    for dataset in datasets():
        for reading in choices(dataset)[name].readings() if name in choices(dataset) else ():
            assert isinstance(reading, Fixed)


def test_a_reading_finds_its_column_whatever_the_case() -> None:
    assert _Parser("windows.security").reading("subjectusername") == Says("SubjectUserName")
    given = {"where": "TargetUserName", "is": "said", "then": "TargetUserName"}
    then = Says("TargetUserName")
    assert _Parser("windows.security").reading(given) == Given("TargetUserName", (), then, None)


@pytest.mark.parametrize(
    "row",
    [
        "NoSuchColumn",
        {"from": "SubjectUserName", "as": "no_such_form"},
        {"fro": "SubjectUserName"},
        [None],
        7,
    ],
)
def test_a_mistake_in_the_mapping_is_told(row: object) -> None:
    with pytest.raises(ContentError):
        _Parser("windows.security").reading(row)
