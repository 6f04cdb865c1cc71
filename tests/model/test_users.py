"""The table of accounts names fields that there are."""

from __future__ import annotations

from gamekeeper import content
from gamekeeper.model.datasets import datasets
from gamekeeper.model.events import SYSTEM_TEXT_NAMES
from gamekeeper.model.users import user_fields


def test_the_table_knows_its_datasets() -> None:
    assert set(content.load_yaml("mappings/evidence.yml")["users"]) <= set(datasets())


def test_every_dataset_has_fields_to_ask_for_any_event() -> None:
    for name, dataset in datasets().items():
        by_id = user_fields(name)
        assert by_id["any"], name
        for fields in by_id.values():
            assert set(fields) <= {*dataset.declared, *SYSTEM_TEXT_NAMES}
